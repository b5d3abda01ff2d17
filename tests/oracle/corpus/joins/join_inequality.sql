SELECT a, z FROM t LEFT JOIN v ON t.b < v.z AND t.g <> v.k
