SELECT t.id, t.a, u.y FROM t ASOF LEFT JOIN u ON t.s = u.s AND t.b >= u.x
