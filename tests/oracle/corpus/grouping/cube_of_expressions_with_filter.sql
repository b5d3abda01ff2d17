SELECT g % 2 AS parity, s, sum(a) FILTER (WHERE b > 1) AS total FROM t GROUP BY CUBE (g % 2, s)
