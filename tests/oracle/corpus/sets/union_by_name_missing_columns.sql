select id, age from people union by name select id, quantity, age from (select id, quantity, 1 as age from orders)
