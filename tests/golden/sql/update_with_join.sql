-- dialect: tsql
UPDATE o SET o.status = c.country FROM orders AS o JOIN customers AS c ON c.customer_id = o.customer_id WHERE o.amount > 5
