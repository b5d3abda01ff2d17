SELECT id, nullif(box.a, box.c.x) AS c FROM shipments
