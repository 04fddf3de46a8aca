-- When anybody identified was last seen: what only identified customers can do is
-- not known after it.
SELECT max(started_at) AS last_start FROM visible WHERE customer <> 0
