SELECT g, s, sum(a) AS n, grouping(g, s) AS level FROM t GROUP BY GROUPING SETS ((g, s), (g), ())
