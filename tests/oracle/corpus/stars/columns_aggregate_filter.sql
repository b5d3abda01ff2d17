SELECT g, max(COLUMNS('^[ab]$')) FILTER (WHERE s = 'a') FROM t GROUP BY g
