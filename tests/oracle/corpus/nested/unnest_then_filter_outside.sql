select id, item.units from (select id, unnest(lines) as item from shipments) where item.sku = 'a'
