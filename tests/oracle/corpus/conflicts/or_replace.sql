INSERT OR REPLACE INTO prices SELECT sku, min(amount), max(label) FROM arrivals GROUP BY sku
