INSERT OR REPLACE INTO prices (sku, price) SELECT sku, sum(amount) FROM arrivals WHERE place > 0 GROUP BY sku
