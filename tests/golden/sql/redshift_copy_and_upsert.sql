-- dialect: redshift, default: dev.public
CREATE TEMP TABLE stage (LIKE customers);
COPY stage (id, email, changed_at) FROM 's3://landing/customers/' IAM_ROLE 'arn:aws:iam::1:role/load' FORMAT AS PARQUET;
DELETE FROM customers USING stage WHERE customers.id = stage.id;
INSERT INTO customers (id, email, changed_at) SELECT id, email, changed_at FROM stage;
DROP TABLE stage
