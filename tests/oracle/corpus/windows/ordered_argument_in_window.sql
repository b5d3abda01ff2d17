SELECT id, list(a ORDER BY b, id, a) OVER (PARTITION BY g) AS l FROM t
