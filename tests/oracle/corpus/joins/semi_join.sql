SELECT a FROM t SEMI JOIN u ON t.id = u.id AND u.y > 1
