select shipments.box.c.y, s2.box.b from shipments join shipments as s2 on shipments.id = s2.box.a
