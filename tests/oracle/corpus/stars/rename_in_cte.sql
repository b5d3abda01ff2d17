WITH c AS (SELECT * RENAME (a AS b2, s AS label) FROM t) SELECT label, b2 FROM c WHERE b > 1
