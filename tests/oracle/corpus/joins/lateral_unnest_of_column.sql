SELECT n.id, e.item FROM n, LATERAL (SELECT unnest(n.l) AS item) AS e WHERE e.item > n.f
