-- How many interactions of each signature there are.
SELECT signature, count(*) AS interactions FROM visible GROUP BY signature ORDER BY signature
