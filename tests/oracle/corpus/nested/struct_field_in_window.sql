SELECT id, sum(box.a) OVER (PARTITION BY box.b ORDER BY box.c.x, id) AS c FROM shipments
