SELECT t.id, (SELECT u.y FROM u WHERE u.id = t.id ORDER BY u.x, u.y LIMIT 1) AS first FROM t
