-- Threads of the given profiles that nobody else's interaction is part of.
WITH every AS (
    SELECT thread_id, profile_id FROM interaction WHERE thread_id IS NOT NULL
    UNION ALL
    SELECT thread_id, profile_id FROM superseded WHERE thread_id IS NOT NULL
),
theirs AS (
    SELECT DISTINCT thread_id FROM every WHERE profile_id IN (SELECT unnest($profiles))
)
SELECT thread_id FROM theirs
WHERE thread_id NOT IN (
    SELECT thread_id FROM every
    WHERE profile_id NOT IN (SELECT unnest($profiles)) AND thread_id IN (SELECT thread_id FROM theirs)
)
