SELECT id, unnest(st) FROM n
