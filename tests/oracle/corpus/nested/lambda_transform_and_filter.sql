select id, list_transform(numbers, lambda x: x * 2 + id) as scaled, list_filter(labels, lambda l: l <> city) as others
from shipments
