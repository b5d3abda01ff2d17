select u.t.s.x as x, u.t.k from (select {'s': box.c, 'k': box.b} as t from shipments) as u where u.t.s.y = 'a'
