select t.s.k + 1 as k, t.s.v from (select {'k': box.a, 'v': box.c.y, 'w': city} as s from shipments) as t
