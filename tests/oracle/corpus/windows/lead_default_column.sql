SELECT id, lead(a, 1, b) OVER (ORDER BY id, a, b) AS c FROM t
