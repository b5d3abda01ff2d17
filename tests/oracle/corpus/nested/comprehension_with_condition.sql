SELECT id, [e * 2 FOR e IN numbers IF e > id] AS l FROM shipments
