SELECT id, EXISTS (SELECT 1 FROM u WHERE u.x = t.a) AS known FROM t
