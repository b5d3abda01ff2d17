-- dialect: duckdb
CREATE TABLE converted AS
SELECT o.order_id, o.amount * r.rate AS amount_eur FROM orders AS o ASOF JOIN rates AS r ON o.currency = r.currency AND o.ordered_on >= r.day
