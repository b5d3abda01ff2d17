SELECT id, sum(a) OVER (w ORDER BY id, b, a) AS p FROM t WINDOW w AS (PARTITION BY g)
