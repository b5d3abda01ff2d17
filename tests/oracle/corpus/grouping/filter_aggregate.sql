SELECT sum(a) FILTER (WHERE g = 1) AS n, count(*) FILTER (b > 1) AS m FROM t
