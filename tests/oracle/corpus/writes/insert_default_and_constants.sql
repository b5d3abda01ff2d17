INSERT INTO w (p, q) SELECT a, 5 FROM t WHERE nullif(b, g) > 1
