SELECT city, unnest(numbers) AS e FROM shipments
