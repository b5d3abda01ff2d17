SELECT DISTINCT ON (g, s) g, s, a, b FROM t ORDER BY g, s, a DESC, b, id
