SELECT id, ntile(2) OVER (ORDER BY a, b, id) AS h, dense_rank() OVER (PARTITION BY s ORDER BY g) AS d FROM t
