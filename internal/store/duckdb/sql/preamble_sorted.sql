WITH visible AS NOT MATERIALIZED (
    SELECT
        i.id, i.customer, i.started_at, i.ended_at, i.first_human_at, i.right_censored,
        i.signature, i.dims, i.thread_id, i.employee_id, i.score, i.scale_id
    FROM sequence i
    WHERE true
    -- FILTER: the parts of the filter that are set
)
