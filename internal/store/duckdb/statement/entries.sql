-- Interactions by their ids.
SELECT id, COALESCE(profile_id, 0), import_id, signature, dims, started_at, ended_at, first_human_at,
    time_precision, right_censored, thread_id, employee_id, score, scale_id, amount_minor, currency,
    quantity, has_text, language
FROM interaction
WHERE id IN (SELECT unnest($ids)::UUID)
ORDER BY started_at, id
