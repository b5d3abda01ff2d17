SELECT id, s, a, y FROM t FULL JOIN u USING (id, s)
