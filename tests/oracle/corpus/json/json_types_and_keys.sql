select id, json_type(body, '$.a') as t, json_keys(extra) as k, json_array_length(body, '$.b') as n, json_valid(kind) as ok from events
