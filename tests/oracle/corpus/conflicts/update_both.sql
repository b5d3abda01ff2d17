INSERT INTO stock SELECT sku, place, amount, label FROM arrivals ON CONFLICT (sku, place) DO UPDATE SET units = excluded.units + 1, note = stock.note || excluded.note
