CREATE TEMP VIEW tall AS UNPIVOT (SELECT id, a, b FROM t) ON a, b INTO NAME kind VALUE amount; SELECT kind, max(amount) AS m FROM tall WHERE id > 1 GROUP BY kind
