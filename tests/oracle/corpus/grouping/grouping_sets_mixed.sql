SELECT g, s, count(*) AS n FROM t GROUP BY g, GROUPING SETS ((s), ()) HAVING count(*) > 1
