SELECT kind, json_group_array(id) AS ids, count(DISTINCT body->>'a') AS n FROM (SELECT * FROM events ORDER BY id) GROUP BY kind
