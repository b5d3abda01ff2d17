WITH c AS (SELECT id, a FROM t) SELECT c.a, l.a2 FROM c, LATERAL (WITH c AS (SELECT b AS a2, id FROM t) SELECT max(c.a2) AS a2 FROM c WHERE c.id = 1) AS l
