SELECT a + 1 AS c, c + b AS d, d * 2 AS e FROM t WHERE e > 2
