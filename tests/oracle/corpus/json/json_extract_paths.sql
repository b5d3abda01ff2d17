select json_extract(body, '$.a') as a, json_extract_string(body, ['$.a', '$.b']) as both, json_extract_string(extra, '$.c') as c from events
