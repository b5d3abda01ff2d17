SELECT * FROM (SELECT g, s, a FROM t) PIVOT (max(a) FOR g IN (1, 2) GROUP BY s)
