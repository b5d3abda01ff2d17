select id, len(numbers) as n, numbers[1] as first, numbers[-1] as last, list_sum(numbers) as total, list_sort(labels) as sorted
from shipments
