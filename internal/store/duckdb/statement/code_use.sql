-- How many interactions each signature has, of whosever voice.
SELECT signature, count(*) FROM interaction GROUP BY signature
