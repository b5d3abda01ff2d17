SELECT t.id, e.v FROM t, unnest([t.a, t.g]) AS e(v) WHERE e.v > 1
