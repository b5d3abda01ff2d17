SELECT g, string_agg(s, ',' ORDER BY b, s) AS l, list(a ORDER BY id, a) AS m FROM t GROUP BY g
