SELECT id, which, amount FROM t UNPIVOT (amount FOR which IN (a, b))
