INSERT INTO prices VALUES ((SELECT min(sku) FROM arrivals), (SELECT count(*) FROM stock), 'new') ON CONFLICT (sku) DO UPDATE SET price = excluded.price + prices.price
