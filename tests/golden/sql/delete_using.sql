-- dialect: postgres
DELETE FROM orders USING customers AS c WHERE c.customer_id = orders.customer_id AND c.country = 'XX'
