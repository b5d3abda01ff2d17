-- dialect: bigquery, default: proj.web
SELECT session_id, tag, (SELECT p.value.string_value FROM UNNEST(event_params) AS p WHERE p.key = 'page') AS page FROM events, UNNEST(tags) AS tag WHERE tag != 'bot'
