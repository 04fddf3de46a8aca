-- What the interactions carry, alike ones together; and how many of each kind each
-- source brought on each day.
WITH
-- each interaction with what it carries beside its coded fields: the bits of question.Carries
carried AS (
  SELECT
    signature, started_at, COALESCE(scale_id, 0)::INTEGER AS scale,
    (profile <> 0)::INTEGER
      + 2 * (ended_at IS NOT NULL)::INTEGER
      + 4 * (first_human_at IS NOT NULL)::INTEGER
      + 8 * right_censored::INTEGER
      + 16 * (thread_id IS NOT NULL)::INTEGER
      + 32 * has_text::INTEGER AS carries
  FROM visible
),
alike AS (
  SELECT signature, scale, carries, count(*) AS n, min(started_at) AS first, max(started_at) AS last
  FROM carried GROUP BY signature, scale, carries
),
-- a signature stands for its source and kind
stands AS (
  SELECT id, min(id) OVER (PARTITION BY source, kind) AS signature FROM signature
),
-- by quarters of an hour first: local days begin with one, in every zone of today, and
-- telling the local day of each interaction would cost most of all this
quarters AS (
  SELECT s.signature, time_bucket(INTERVAL 15 MINUTE, c.started_at) AS began, count(*) AS n
  FROM carried c JOIN stands s ON s.id = c.signature GROUP BY ALL
),
-- local days, so that a month is the company's
days AS (
  SELECT signature, timezone($zone, began AT TIME ZONE 'UTC')::DATE AS day, sum(n)::BIGINT AS n
  FROM quarters GROUP BY ALL
)
SELECT signature, scale, carries, '' AS day, n, first, last FROM alike
UNION ALL
SELECT signature, 0, 0, strftime(day, '%Y-%m-%d'), n, NULL, NULL FROM days
ORDER BY day, signature, scale, carries
