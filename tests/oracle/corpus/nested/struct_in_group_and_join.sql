select a.box.c.y as y, count(*) as n from shipments as a join shipments as b on a.box.a = b.box.c.x group by a.box.c.y
