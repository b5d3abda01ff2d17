SELECT u.*, t.a FROM t JOIN u ON t.id = u.x
