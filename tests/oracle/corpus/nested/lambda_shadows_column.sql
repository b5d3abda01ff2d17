select list_transform(numbers, lambda id: id + 1) as bumped from shipments
