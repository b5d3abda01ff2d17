SELECT count(*) AS n, max(s) AS w FROM (SELECT s FROM t ORDER BY a, s LIMIT 50%)
