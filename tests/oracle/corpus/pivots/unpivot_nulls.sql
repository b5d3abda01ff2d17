SELECT id, amount FROM t UNPIVOT INCLUDE NULLS (amount FOR which IN (a, b, g))
