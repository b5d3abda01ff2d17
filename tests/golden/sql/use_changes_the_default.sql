-- dialect: snowflake
USE shop.public; CREATE TABLE copy AS SELECT id, at FROM events
