-- The mean place of each signature's interactions in their history: the thread's where
-- they have one, else the customer's; those of histories of one, and of nobody's,
-- don't count.
WITH placed AS (
    SELECT signature,
        (row_number() OVER history - 1) / nullif(count(*) OVER whole - 1, 0) AS position
    FROM sequence
    WHERE thread_id IS NOT NULL OR customer <> 0
    WINDOW
        whole AS (PARTITION BY thread_id, CASE WHEN thread_id IS NULL THEN customer END),
        history AS (PARTITION BY thread_id, CASE WHEN thread_id IS NULL THEN customer END ORDER BY started_at, id)
)
SELECT signature, avg(position) AS position FROM placed WHERE position IS NOT NULL GROUP BY signature
