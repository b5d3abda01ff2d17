SELECT a, (SELECT sum(y) FROM u WHERE u.id = t.id AND u.x > t.b) AS m FROM t
