-- dialect: bigquery, default: lake.shop
WITH c AS (SELECT customer_id, address, STRUCT(email AS mail, customer_id AS id) AS both FROM customers)
SELECT address.zip, c.both.mail, address.* EXCEPT (zip) FROM c
