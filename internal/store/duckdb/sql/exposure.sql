-- What the company declared of a count over stretches that lie in the period.
SELECT coalesce(sum(count), 0)::BIGINT AS declared
FROM exposure
WHERE what = $what AND from_at >= $from AND to_at <= $to
