SELECT a FROM t WHERE b >= (SELECT avg(z) FROM v WHERE v.k = t.g)
