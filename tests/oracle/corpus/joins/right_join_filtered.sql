SELECT t.a, u.x FROM t RIGHT JOIN u ON t.id = u.id AND t.g = 1
