WITH big AS (SELECT id, a FROM t WHERE b > 2), few AS (SELECT max(a) AS m FROM big) SELECT t.s, (SELECT m FROM few) AS m FROM t WHERE EXISTS (SELECT 1 FROM big WHERE big.id = t.g)
