-- dialect: clickhouse
CREATE TABLE visits (id UInt64, ts DateTime DEFAULT now(), day Date MATERIALIZED toDate(ts), name String, shown String ALIAS upper(name), code String DEFAULT hex(name)) ENGINE = MergeTree ORDER BY id;
INSERT INTO visits SELECT order_id, customer_id, status, 'x' FROM orders;
SELECT id, day, shown, code FROM visits FINAL PREWHERE id > 1 ORDER BY ts LIMIT 2 BY name LIMIT 10;
SELECT id, name, code FROM visits ORDER BY id WITH FILL FROM 1 TO 10 INTERPOLATE (name AS concat(name, code))
