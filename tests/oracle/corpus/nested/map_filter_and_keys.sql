SELECT id, map_keys(prices) AS k, map_values(prices) AS v, cardinality(prices) AS n FROM shipments
