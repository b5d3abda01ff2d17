-- dialect: duckdb
SELECT * FROM (SELECT currency, amount > 10 AS large, order_id FROM orders)
PIVOT (count(*) FOR large IN (true, false, NULL) order_id IN (-1, 2) GROUP BY currency)
