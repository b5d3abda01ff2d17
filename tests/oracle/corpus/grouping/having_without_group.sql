SELECT sum(a) AS total FROM t HAVING max(b) > 2
