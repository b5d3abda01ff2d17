select id, name from products
where price between (select min(amount) from orders) and (select max(amount) from orders where status = 'open')
  and name like (select coalesce(max(country), 'a') from makers where id = 1) || '%'
