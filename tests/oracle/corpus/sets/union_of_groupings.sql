SELECT g, sum(a) AS c FROM t GROUP BY g UNION ALL SELECT y, count(*) FROM u GROUP BY y HAVING count(*) > 1
