-- dialect: duckdb
CREATE TABLE by_status AS
SELECT * FROM (SELECT customer_id, amount, status FROM orders) PIVOT (sum(amount) AS total, count(*) AS n FOR status IN ('paid', 'open'))
