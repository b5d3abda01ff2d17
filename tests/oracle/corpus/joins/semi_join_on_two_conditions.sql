SELECT s FROM t SEMI JOIN u ON t.id = u.id AND u.x > t.a
