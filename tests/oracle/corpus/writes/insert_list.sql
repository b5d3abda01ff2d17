INSERT INTO w (r, p) SELECT x, y FROM u
