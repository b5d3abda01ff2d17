SELECT id, list_aggregate(numbers, 'sum') AS c, list_sum(numbers) + list_max(numbers) AS d FROM shipments
