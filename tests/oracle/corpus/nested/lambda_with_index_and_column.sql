SELECT id, list_transform(numbers, lambda e, i: e * i + id) AS l FROM shipments
