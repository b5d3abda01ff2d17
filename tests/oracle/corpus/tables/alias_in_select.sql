SELECT a + 1 AS c, c * 2 AS d, d - b AS e FROM t
