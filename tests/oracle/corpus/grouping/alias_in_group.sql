SELECT g + 1 AS h, sum(a) AS n FROM t GROUP BY h HAVING n > 2
