SELECT count(*) AS n, max(s) AS w FROM (SELECT s FROM t ORDER BY a, s LIMIT 50%)
-- unseen t.s -> * SORT: the cut keeps as many rows whichever it takes, and shows nothing else of them
