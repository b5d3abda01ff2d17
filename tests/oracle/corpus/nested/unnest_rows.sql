SELECT id, unnest([a, b]) AS e, s FROM t
