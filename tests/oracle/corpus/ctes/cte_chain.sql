WITH c AS (SELECT id, a FROM t), d AS (SELECT id, a * 2 AS e FROM c), f AS (SELECT max(e) AS m FROM d) SELECT m FROM f
