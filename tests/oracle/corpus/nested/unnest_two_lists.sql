SELECT unnest(l) AS e, unnest([id, f]) AS h FROM n
