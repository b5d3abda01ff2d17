SELECT id, percent_rank() OVER (PARTITION BY g ORDER BY a) AS p, cume_dist() OVER (ORDER BY b) AS c FROM t
