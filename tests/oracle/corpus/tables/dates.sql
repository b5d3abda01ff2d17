SELECT date_trunc('month', d) AS m, sum(z) AS n FROM v2 GROUP BY 1
