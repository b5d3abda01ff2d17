-- dialect: postgres
INSERT INTO nowhere SELECT order_id, amount FROM orders
