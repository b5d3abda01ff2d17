select id, price from products
where price > any (select amount from orders where status = 'open')
  and id <= all (select quantity + 3 from orders where status = 'c' and quantity is not null)
