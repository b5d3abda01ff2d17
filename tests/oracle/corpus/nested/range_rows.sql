SELECT t.id, n.i FROM t, range(t.b) AS n(i)
