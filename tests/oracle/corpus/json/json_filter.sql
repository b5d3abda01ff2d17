SELECT id FROM n WHERE json_extract_string(j, '$.k') = '1'
