-- For each version that the undone import brought and others brought again word
-- for word: the first of those others.
CREATE OR REPLACE TEMP TABLE heir AS
WITH brought AS (
    SELECT id, content, version_at FROM interaction WHERE import_id = $import
    UNION ALL
    SELECT id, content, version_at FROM superseded WHERE import_id = $import
)
SELECT b.id, b.content, b.version_at, min(a.import_id) AS import_id, arg_min(a."row", a.import_id) AS "row"
FROM brought b
JOIN asserted a ON a.id = b.id AND a.content = b.content AND a.version_at IS NOT DISTINCT FROM b.version_at
GROUP BY ALL
