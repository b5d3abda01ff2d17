-- dialect: spark
CREATE TABLE lake.out USING delta AS SELECT /*+ BROADCAST(r) */ o.order_id, o.amount * r.rate AS eur FROM orders o LEFT JOIN rates r ON o.currency = r.currency
