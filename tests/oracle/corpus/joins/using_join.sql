SELECT id, a, y FROM t JOIN u USING (id)
