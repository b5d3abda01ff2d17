select distinct status, quantity > 2 as many from orders
