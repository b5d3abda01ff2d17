(with x as (select id, name from people where active) select id, name from x)
union
(with x as (select id, category from products where price > 2) select * from x)
