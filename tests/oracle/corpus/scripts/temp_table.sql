CREATE TEMP TABLE m AS SELECT id, a * 2 AS c FROM t WHERE b > 1;
INSERT INTO w (p, q) SELECT m.c, u.y FROM m JOIN u ON m.id = u.id
