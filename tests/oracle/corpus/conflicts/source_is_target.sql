INSERT INTO stock SELECT sku + 1, place, units, note FROM stock ON CONFLICT DO NOTHING
