WITH RECURSIVE p(start, stop, hops) AS (SELECT id, x, 1 FROM u UNION SELECT p.start, u.x, hops + 1 FROM p JOIN u ON p.stop = u.id WHERE hops < 3) SELECT start, stop FROM p
