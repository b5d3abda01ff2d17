-- dialect: hive, default: shop
MERGE INTO stock AS t USING deliveries AS d ON t.sku = d.sku
WHEN MATCHED AND d.qty = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET qty = t.qty + d.qty
WHEN NOT MATCHED THEN INSERT VALUES (d.sku, d.qty)
