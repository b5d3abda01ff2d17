SELECT g, upper(s) AS v, avg(a) AS m FROM t GROUP BY ALL
