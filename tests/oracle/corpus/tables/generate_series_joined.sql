select g.n, count(o.id) as orders from generate_series(0, 4) as g(n) left join orders as o on o.quantity = g.n group by g.n
