-- dialect: postgres, default: shop.public
TRUNCATE TABLE staging; DROP TABLE IF EXISTS old.backup; BEGIN; SET work_mem = '1GB'; COMMIT
