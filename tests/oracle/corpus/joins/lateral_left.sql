SELECT t.a, l.s2 FROM t LEFT JOIN LATERAL (SELECT sum(y) + t.b AS s2 FROM u WHERE u.x < t.g) AS l ON true
