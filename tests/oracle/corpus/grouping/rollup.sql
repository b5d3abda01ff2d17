SELECT g, s, count(*) AS n FROM t GROUP BY ROLLUP (g, s)
