INSERT INTO prices BY NAME SELECT max(label) AS reason, sku FROM arrivals GROUP BY sku ON CONFLICT (sku) DO UPDATE SET reason = excluded.reason
