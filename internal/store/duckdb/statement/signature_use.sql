-- How each signature is used by customers. Its position is the mean place of its
-- interactions in their history: the thread's where they have one, else the
-- customer's; those of histories of one, and of nobody's, don't count.
WITH placed AS (
    SELECT signature, customer, scale_id, first_human_at, thread_id,
        (row_number() OVER history - 1) / nullif(count(*) OVER whole - 1, 0) AS position
    FROM sequence
    WHERE thread_id IS NOT NULL OR customer <> 0
    WINDOW
        whole AS (PARTITION BY thread_id, CASE WHEN thread_id IS NULL THEN customer END),
        history AS (PARTITION BY thread_id, CASE WHEN thread_id IS NULL THEN customer END ORDER BY started_at, id)
),
position AS (
    SELECT signature, avg(position) AS position FROM placed GROUP BY signature
)
SELECT
    s.signature,
    count(*) AS interactions,
    count(DISTINCT customer) FILTER (customer <> 0) AS customers,
    COALESCE(any_value(p.position), 0.5) AS position,
    count(scale_id) AS scored,
    count(first_human_at) AS answered,
    count(thread_id) AS threaded
FROM sequence s
LEFT JOIN position p ON p.signature = s.signature
GROUP BY s.signature
ORDER BY s.signature
