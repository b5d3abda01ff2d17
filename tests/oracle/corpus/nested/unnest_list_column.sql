SELECT id, unnest(l) AS e FROM n
