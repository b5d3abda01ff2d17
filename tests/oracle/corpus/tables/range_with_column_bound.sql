select p.id, r.i from people as p, range(0, least(p.age, 3)) as r(i)
