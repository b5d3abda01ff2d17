select v.n, v.label, p.name from (values (1, 'one'), (2, 'two')) as v(n, label) join people as p on p.age = v.n
