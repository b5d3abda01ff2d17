-- dialect: bigquery
DECLARE newest DATE DEFAULT (SELECT MAX(day) FROM rates);
BEGIN
  CREATE TEMP TABLE picked AS SELECT order_id, amount, currency FROM orders WHERE ordered_on >= newest;
  FOR r IN (SELECT currency, rate FROM rates WHERE day = newest) DO
    INSERT INTO revenue (country, total) SELECT r.currency, amount * r.rate FROM picked WHERE currency = r.currency;
  END FOR;
  EXECUTE IMMEDIATE 'DELETE FROM revenue WHERE total < ?' USING 3;
END;
