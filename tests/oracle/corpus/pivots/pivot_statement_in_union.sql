PIVOT t ON g IN (1, 2) USING sum(a) GROUP BY b UNION ALL SELECT age, id, manager_id FROM people
