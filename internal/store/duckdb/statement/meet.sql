-- What each staged row is to the current version of the same interaction.
CREATE OR REPLACE TEMP TABLE met AS
SELECT s.seq, i.rowid AS place,
    CASE
        WHEN s.content = i.content AND s.version_at IS NOT DISTINCT FROM i.version_at THEN 'unchanged'
        WHEN s.version_at < i.version_at THEN 'older'
        ELSE 'superseding'   -- newer, or one of the two has no version
    END AS what
FROM stage s JOIN interaction i ON i.id = s.id
