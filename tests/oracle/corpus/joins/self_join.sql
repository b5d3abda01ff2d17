SELECT p.a, q.b FROM t AS p JOIN t AS q ON p.id = q.g
