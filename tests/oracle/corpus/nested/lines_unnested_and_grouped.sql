SELECT line.sku, sum(line.units) AS n FROM (SELECT unnest(lines) AS line FROM shipments WHERE city = 'a') GROUP BY ALL
