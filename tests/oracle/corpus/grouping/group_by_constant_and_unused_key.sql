select sum(amount) as total from orders group by status, quantity > 1
