from orders where status = 'open' and quantity > 1
