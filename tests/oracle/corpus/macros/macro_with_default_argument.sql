CREATE MACRO plus(x, y := 2) AS x * y; SELECT plus(a) AS c, plus(a, y := b) AS d FROM t WHERE plus(g) > 2
