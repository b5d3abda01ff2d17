select id, body->'a'->>'b' as deep, extra->>'a' as other from events where kind = 'a'
