SELECT t.s, u.y FROM t JOIN u ON t.a + u.x = t.g
