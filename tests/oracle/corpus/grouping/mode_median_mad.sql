SELECT g, median(a) AS m, mad(b) AS d, entropy(s) AS e, kahan_sum(a) AS k FROM t GROUP BY g
