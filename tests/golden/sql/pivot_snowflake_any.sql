-- dialect: snowflake, default: SHOP.PUBLIC
SELECT * FROM events PIVOT (MAX(payload) FOR at IN (ANY ORDER BY at))
