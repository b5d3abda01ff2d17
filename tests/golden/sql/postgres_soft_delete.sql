-- dialect: postgres, default: app.public
UPDATE products AS p SET deleted_at = now(), price = d.last_price
FROM (SELECT f.sku, MAX(f.price) AS last_price FROM feed.prices AS f GROUP BY f.sku) AS d
WHERE d.sku = p.sku AND NOT EXISTS (SELECT 1 FROM feed.products AS n WHERE n.sku = p.sku)
