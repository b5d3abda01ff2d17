SELECT list_transform(l, lambda e: e * f) AS r FROM n
