SELECT m['a'] AS v, map_keys(m) AS ks FROM n
