SELECT id, a, b FROM t ORDER BY COLUMNS('a|b'), id LIMIT 3
-- unseen t.id -> * SORT: the keys before it hold the other columns
