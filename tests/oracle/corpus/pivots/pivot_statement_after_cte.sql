WITH c AS (SELECT b, g, a FROM t WHERE s = 'a') PIVOT c ON g IN (1, 2) USING sum(a) GROUP BY b
