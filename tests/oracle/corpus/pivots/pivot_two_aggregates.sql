SELECT * FROM (SELECT g, s, a, b FROM t) PIVOT (sum(a) AS sa, count(b) AS nb FOR g IN (1, 2) GROUP BY s)
