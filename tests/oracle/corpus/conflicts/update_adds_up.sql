INSERT INTO stock SELECT sku, place, amount, 'new' FROM arrivals ON CONFLICT (sku, place) DO UPDATE SET units = stock.units + excluded.units, note = 'more'
