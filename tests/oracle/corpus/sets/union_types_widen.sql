select price as v from products where category = 'Books' union all select quantity from orders union all select amount from orders
