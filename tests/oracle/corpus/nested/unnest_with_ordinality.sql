SELECT s.id, n.e, n.place FROM shipments AS s, unnest(s.numbers) WITH ORDINALITY AS n(e, place)
