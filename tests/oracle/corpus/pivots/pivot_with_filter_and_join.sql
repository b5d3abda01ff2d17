SELECT p."1" AS one, q.age FROM (PIVOT t ON g IN (1, 2) USING sum(a) GROUP BY b) AS p JOIN people AS q ON q.id = p.b WHERE p."2" > 1
