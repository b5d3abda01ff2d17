SELECT g, sum(CASE WHEN b > 1 THEN a ELSE 0 END) / count(*) AS n FROM t GROUP BY g
