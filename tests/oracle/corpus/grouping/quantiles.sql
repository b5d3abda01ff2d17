SELECT median(a) AS q, percentile_disc(0.5) WITHIN GROUP (ORDER BY b) AS p, mode(g) AS o FROM t
