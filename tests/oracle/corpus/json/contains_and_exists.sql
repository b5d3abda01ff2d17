select id, json_contains(body, '1') as one, json_exists(extra, '$.a.b') as deep from events
