-- dialect: mysql
CREATE TABLE revenue_new AS SELECT country, NULL AS month, total FROM revenue;
RENAME TABLE revenue TO revenue_old, revenue_new TO revenue;
ALTER TABLE revenue CHANGE COLUMN total amount DECIMAL(10, 2);
DROP TABLE revenue_old;
INSERT INTO summary (amount) SELECT amount FROM revenue
