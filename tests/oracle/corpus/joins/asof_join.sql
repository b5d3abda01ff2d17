SELECT t.a, u.y FROM t ASOF JOIN u ON t.id = u.id AND t.b >= u.x
