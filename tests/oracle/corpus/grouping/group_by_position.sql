SELECT g % 2, min(a) AS m FROM t GROUP BY 1
