SELECT g, first(a ORDER BY b, id, a) FILTER (WHERE s = 'a') AS f FROM t GROUP BY g
