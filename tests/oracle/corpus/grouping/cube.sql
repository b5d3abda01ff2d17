SELECT g, s, max(b) AS n FROM t GROUP BY CUBE (g, s)
