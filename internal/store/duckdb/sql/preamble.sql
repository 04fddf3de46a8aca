WITH visible AS NOT MATERIALIZED (
    SELECT
        i.id, i.import_id,
        COALESCE(l.customer_id, i.profile_id, 0) AS customer,
        COALESCE(i.profile_id, 0) AS profile,
        i.started_at, i.ended_at, i.first_human_at, i.time_precision, i.right_censored,
        i.signature, i.dims, i.thread_id, i.parent_id, i.employee_id,
        i.score, i.scale_id, i.amount_minor, i.currency, i.quantity, i.has_text, i.language
    FROM interaction i
    LEFT JOIN profile_link l ON l.profile_id = i.profile_id
    WHERE true
    -- FILTER: the parts of the filter that are set
)
