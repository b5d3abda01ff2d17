CREATE VIEW n3 (one, two) AS SELECT b, s FROM t WHERE a > 1
