SELECT a, y, z FROM t JOIN (u JOIN v ON u.x = v.k) ON t.id = u.id
