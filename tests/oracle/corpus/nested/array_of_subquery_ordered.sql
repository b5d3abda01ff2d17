SELECT g, ARRAY(SELECT x.a FROM t AS x WHERE x.g = y.g ORDER BY x.b, x.id, x.a) AS l FROM (SELECT DISTINCT g FROM t) AS y
