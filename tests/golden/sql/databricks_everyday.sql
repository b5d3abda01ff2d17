-- dialect: databricks, default: main.sales
INSERT OVERWRITE TABLE daily SELECT c.customer_id, e.item FROM hive_metastore.raw.Carts c LATERAL VIEW explode(c.items) e AS item WHERE c.day = :day
