select p.city, (select max(price) from products) as dearest, count(*) as n
from people as p
where p.age > (select min(quantity) from orders where status = 'open')
group by p.city, (select count(*) from makers)
having count(*) >= (select min(id) from products where category = 'Books')
order by p.city, (select max(name) from makers)
-- unseen makers.* -> * GROUP_BY: one value for all rows, which parts no group
