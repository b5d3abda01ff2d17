INSERT INTO stock (sku, place, units) SELECT sku, place, amount + 1 FROM arrivals WHERE label > 'a' ON CONFLICT (sku, place) DO NOTHING
