SELECT a, (SELECT max(z) FROM v) AS m FROM t
