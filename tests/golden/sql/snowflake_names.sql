-- dialect: snowflake
CREATE OR REPLACE TABLE db..daily AS SELECT o.order_id, o."MixedCase" AS kept FROM IDENTIFIER('raw.sales.orders') AS o, TABLE('raw.sales.rates') AS r WHERE o.currency = r.currency
