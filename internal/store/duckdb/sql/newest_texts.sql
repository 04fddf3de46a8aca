-- The newest interactions with words at each step of a journey, at most $most each.
WITH
-- the step of each interaction that said something
said AS (
  SELECT c.step, v.id, v.started_at
  FROM visible v
  JOIN current_step c ON c.signature = v.signature AND c.journey = $journey
  WHERE v.has_text
),
-- their place within the step, the newest first
placed AS (
  SELECT step, id, row_number() OVER (PARTITION BY step ORDER BY started_at DESC, id) AS place FROM said
)
SELECT step, id FROM placed WHERE place <= $most ORDER BY step, place
