SELECT id, s FROM t ORDER BY a + b, id, s LIMIT 3
