-- dialect: hive, default: shop
CREATE TABLE customers_now STORED AS ORC AS
SELECT id, email FROM (SELECT id, email, ROW_NUMBER() OVER (PARTITION BY id ORDER BY changed_at DESC) AS rn FROM (SELECT id, email, changed_at FROM customers_base UNION ALL SELECT id, email, changed_at FROM raw.customers_delta) u) r WHERE rn = 1
