PIVOT t ON g IN (1, 2, 3) USING sum(a) GROUP BY s
