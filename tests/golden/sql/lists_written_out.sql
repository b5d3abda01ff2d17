-- dialect: spark
SELECT order_id, part, explode(array(currency, status)) AS word FROM orders LATERAL VIEW explode(array(amount, amount * 2)) parts AS part
