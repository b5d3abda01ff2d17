SELECT a FROM t JOIN u ON t.id = u.id AND u.y = (SELECT max(z) FROM v WHERE v.k = t.g)
