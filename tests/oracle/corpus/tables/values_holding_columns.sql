select p.id, v.k, v.x from people as p, lateral (values ('n', p.name), ('c', p.city)) as v(k, x)
