-- The customers' interactions in the order in which sequences are read.
CREATE OR REPLACE TABLE sequence AS
SELECT COALESCE(l.customer_id, i.profile_id, 0) AS customer, i.started_at, i.id, i.signature, i.dims,
    i.ended_at, i.first_human_at, i.right_censored, i.thread_id, i.score, i.scale_id, i.employee_id, i.parent_id IS NOT NULL AS continues, i."row" AS file_row
FROM interaction i
LEFT JOIN profile_link l ON l.profile_id = i.profile_id
WHERE i.signature IN (SELECT id FROM signature WHERE voice = 'customer')
    AND NOT EXISTS (SELECT 1 FROM test_profile t WHERE t.profile_id = i.profile_id)
ORDER BY (customer = 0), customer, i.started_at, i.id
