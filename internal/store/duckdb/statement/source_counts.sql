-- What each source has brought, and how fresh it is.
WITH brought AS (
    SELECT source, count(*) AS imports, max(applied_at) AS imported FROM import_ledger GROUP BY source
),
-- Grouped by the number first, by the word afterwards.
by_signature AS (
    SELECT signature, count(*) AS n, count(*) FILTER (profile_id IS NULL) AS unidentified,
        min(started_at) AS first, max(started_at) AS last
    FROM interaction GROUP BY signature
),
held AS (
    SELECT s.source, sum(n)::BIGINT AS n, sum(unidentified)::BIGINT AS unidentified, min(first) AS first, max(last) AS last
    FROM by_signature b JOIN signature s ON s.id = b.signature GROUP BY s.source
)
SELECT source, COALESCE(imports, 0), COALESCE(n, 0), COALESCE(unidentified, 0), first, last, imported
FROM brought FULL JOIN held USING (source)
ORDER BY source
