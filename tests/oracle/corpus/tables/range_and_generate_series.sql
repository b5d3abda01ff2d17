SELECT t.id, r.i, x.j FROM t, range(1, coalesce(t.a, 0) + 1) AS r(i), generate_series(0, 1) AS x(j) WHERE r.i <> x.j
