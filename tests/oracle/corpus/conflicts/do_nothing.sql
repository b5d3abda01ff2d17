INSERT INTO prices SELECT sku, max(amount), min(label) FROM arrivals WHERE sku IS NOT NULL GROUP BY sku ON CONFLICT DO NOTHING
