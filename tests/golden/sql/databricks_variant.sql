-- dialect: databricks, default: main.silver
CREATE OR REPLACE TABLE orders CLUSTER BY (customer) AS
SELECT b.raw:customer.id::string AS customer, b.raw:total::decimal(9, 2) AS total, l.col.sku AS sku
FROM main.bronze.orders AS b, LATERAL explode(from_json(b.raw:lines, 'array<struct<sku:string>>')) AS l
QUALIFY ROW_NUMBER() OVER (PARTITION BY b.raw:id ORDER BY b.ingested DESC) = 1
