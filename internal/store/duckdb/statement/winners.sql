-- Which version of each affected interaction is current now. A version without a
-- time of its own wins over all that were imported before it; after the last such
-- one the newest wins, then the one imported last.
CREATE OR REPLACE TEMP TABLE winner AS
WITH candidate AS (
    SELECT id, import_id, version_at, true AS is_current FROM interaction WHERE id IN (SELECT id FROM affected)
    UNION ALL
    SELECT id, import_id, version_at, false FROM superseded WHERE id IN (SELECT id FROM affected)
),
-- The last import that brought each one without a version.
timeless AS (
    SELECT id, max(import_id) AS import_id FROM candidate WHERE version_at IS NULL GROUP BY id
),
ranked AS (
    SELECT c.id, c.import_id, c.is_current,
        row_number() OVER (PARTITION BY c.id ORDER BY c.version_at DESC NULLS LAST, c.import_id DESC) AS place
    FROM candidate c LEFT JOIN timeless t ON t.id = c.id
    WHERE t.id IS NULL OR c.import_id >= t.import_id
)
SELECT id, import_id FROM ranked WHERE place = 1 AND NOT is_current
