INSERT INTO w (r, p) SELECT amount, id FROM (UNPIVOT (SELECT id, a, b FROM t) ON a, b INTO NAME kind VALUE amount)
