-- Of several rows with one id in a file the newest version stays, then the last row.
DELETE FROM stage WHERE seq IN (
    SELECT seq
    FROM (
        SELECT seq, row_number() OVER (PARTITION BY id ORDER BY version_at DESC NULLS LAST, seq DESC) AS place
        FROM stage
        WHERE id IN (SELECT id FROM stage GROUP BY id HAVING count(*) > 1)
    )
    WHERE place > 1
)
