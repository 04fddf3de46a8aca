-- A page of the interactions of some profiles, after a place in time order.
SELECT id, COALESCE(profile_id, 0), import_id, signature, dims, started_at, ended_at, first_human_at,
    time_precision, right_censored, thread_id, employee_id, score, scale_id, amount_minor, currency,
    quantity, has_text, language
FROM interaction
WHERE profile_id IN (SELECT unnest($profiles))
    AND (started_at > $start OR started_at = $start AND id > $id::UUID)
ORDER BY started_at, id
LIMIT $limit
