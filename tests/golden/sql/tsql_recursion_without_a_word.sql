-- dialect: tsql
WITH chain AS (SELECT id, manager_id, name, 0 AS level FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.manager_id, e.name, c.level + 1 FROM employees AS e JOIN chain AS c ON e.manager_id = c.id)
SELECT name, level FROM chain OPTION (MAXRECURSION 100)
