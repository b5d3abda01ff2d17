-- dialect: tsql
SELECT customer_id, [paid], [open] INTO by_status FROM (SELECT customer_id, amount, status FROM orders) AS s PIVOT (SUM(amount) FOR status IN ([paid], [open])) AS p
