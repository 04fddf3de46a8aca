-- How each signature is used by customers.
SELECT
    signature,
    count(*) AS interactions,
    count(DISTINCT customer) FILTER (customer <> 0) AS customers,
    count(scale_id) AS scored,
    count(first_human_at) AS answered,
    count(thread_id) AS threaded
FROM sequence
GROUP BY signature
ORDER BY signature
