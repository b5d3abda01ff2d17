-- dialect: postgres
WITH RECURSIVE chain (id, boss, depth) AS (
    SELECT id, manager_id, 0 FROM employees WHERE manager_id IS NULL
    UNION ALL
    SELECT e.id, e.manager_id, chain.depth + 1 FROM employees AS e JOIN chain ON e.manager_id = chain.id
)
SELECT id, boss, depth FROM chain
