select id, list_zip(numbers, labels) as zipped, list_position(labels, city) as at_place from shipments
