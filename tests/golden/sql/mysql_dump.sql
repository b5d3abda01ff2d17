-- dialect: mysql
INSERT INTO `orders` VALUES (1,2,'2026-01-01',1.5,'EUR','it\'s'),(2,2,'2026-01-02',NULL,'EUR','x');
INSERT INTO orders (order_id) SELECT customer_id FROM customers WHERE name = ?
