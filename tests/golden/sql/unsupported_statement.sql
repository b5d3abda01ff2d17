-- dialect: redshift
UNLOAD ('select * from orders') TO 's3://bucket/path'; CALL refresh_all(); ALTER TABLE orders RENAME TO orders_old
