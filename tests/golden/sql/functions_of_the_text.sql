-- dialect: bigquery
CREATE TEMP FUNCTION in_euro(money NUMERIC, rate NUMERIC) AS (money * rate);
CREATE TEMP FUNCTION anything(x STRING) RETURNS STRING LANGUAGE js AS "return x";
SELECT in_euro(o.amount, r.rate) AS euro, anything(o.status) AS s FROM orders AS o JOIN rates AS r USING (currency)
