SELECT t.a, l.y FROM t JOIN LATERAL (SELECT y FROM u WHERE u.id = t.id) AS l ON true
