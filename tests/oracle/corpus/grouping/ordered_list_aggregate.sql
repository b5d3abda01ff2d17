SELECT g, list(a ORDER BY b DESC, id, a) AS l, string_agg(DISTINCT s, ',' ORDER BY s) AS names FROM t GROUP BY g
