UPDATE w SET p = k.m, q = k.n FROM (SELECT g, max(a) AS m, min(b) AS n FROM t GROUP BY g) AS k WHERE k.g = w.r
