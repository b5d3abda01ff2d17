SELECT a AS c, s FROM t UNION ALL SELECT x, s FROM u ORDER BY 1, 2 LIMIT 3
-- unseen t.s -> * SORT: the key before it holds the other column
-- unseen u.s -> * SORT: the key before it holds the other column
