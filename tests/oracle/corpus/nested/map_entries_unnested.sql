select id, e.key, e.value from (select id, unnest(map_entries(prices)) as e from shipments)
