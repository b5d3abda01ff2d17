SELECT list_filter(l, lambda e: e > f) AS r FROM n
