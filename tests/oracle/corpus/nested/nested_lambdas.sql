select list_transform(numbers, lambda x: list_sum(list_transform(numbers, lambda y: y * x))) as squares from shipments
