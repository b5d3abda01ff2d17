select id, t.a, t.b from (select id, json_transform(body, '{"a": "VARCHAR", "b": "VARCHAR"}') as t from events)
