-- How often each score was given on the scales asked for, by group and stretch of time.
WITH
-- the group of each signature
by_signature AS (
  SELECT unnest($signature_groups::INTEGER[]) AS grp, generate_subscripts($signature_groups::INTEGER[], 1) - 1 AS signature
),
-- the group of each dimension set; one of the two is 0 throughout
by_dims AS (
  SELECT unnest($dims_groups::INTEGER[]) AS grp, generate_subscripts($dims_groups::INTEGER[], 1) - 1 AS dims
),
-- where each answer counts; stretches are named as question.clocks names them
placed AS (
  SELECT
    s.grp + d.grp AS grp,
    CASE $clock
      WHEN 'month' THEN strftime(timezone($zone, v.started_at AT TIME ZONE 'UTC'), '%Y-%m')
      WHEN 'week' THEN strftime(date_trunc('week', timezone($zone, v.started_at AT TIME ZONE 'UTC')), '%Y-%m-%d')
      WHEN 'weekday' THEN isodow(timezone($zone, v.started_at AT TIME ZONE 'UTC'))::VARCHAR
      WHEN 'hour' THEN strftime(timezone($zone, v.started_at AT TIME ZONE 'UTC'), '%H')
      ELSE ''
    END AS stretch,
    v.scale_id, v.score
  FROM visible v
  JOIN by_signature s ON s.signature = v.signature
  JOIN by_dims d ON d.dims = v.dims
  WHERE v.scale_id IN (SELECT unnest($scales::INTEGER[]))
)
SELECT grp, stretch, scale_id::INTEGER AS scale, score, count(*) AS answers
FROM placed
GROUP BY grp, stretch, scale_id, score
ORDER BY grp, stretch, scale_id, score
