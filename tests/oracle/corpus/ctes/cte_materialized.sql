WITH c AS MATERIALIZED (SELECT g, count(*) AS n FROM t GROUP BY g) SELECT p.n FROM c AS p JOIN c AS q ON p.g = q.n
