INSERT OR IGNORE INTO stock (place, sku) SELECT place, sku FROM arrivals WHERE amount > 1
