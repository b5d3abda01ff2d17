-- dialect: databricks, default: main.gold
INSERT INTO TABLE sales REPLACE WHERE day >= '2024-06-01' SELECT day, region, SUM(amount) AS amount FROM main.silver.orders WHERE day >= '2024-06-01' GROUP BY day, region
