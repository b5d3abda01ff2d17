-- dialect: oracle
DECLARE
  CURSOR open_ones IS SELECT order_id FROM orders WHERE status = 'open';
  newest DATE;
BEGIN
  SELECT MAX(ordered_on) INTO newest FROM orders;
  FOR o IN open_ones LOOP
    INSERT INTO revenue (buyers, month) VALUES (o.order_id, newest);
  END LOOP;
  MERGE INTO customers c USING arrivals a ON (c.customer_id = a.customer_id)
  WHEN MATCHED THEN UPDATE SET email = a.email DELETE WHERE a.country = 'gone';
END;
/
INSERT ALL WHEN amount > 10 THEN INTO big (id) VALUES (order_id) ELSE INTO small (id) VALUES (order_id) SELECT order_id, amount FROM orders
