-- How many of the versions in the temporary table before are not current any more, and
-- how many of those gave way to another.
SELECT count(*), count(i.id)
FROM before b LEFT JOIN interaction i ON i.id = b.id
WHERE i.id IS NULL OR i.content <> b.content OR i.version_at IS DISTINCT FROM b.version_at
