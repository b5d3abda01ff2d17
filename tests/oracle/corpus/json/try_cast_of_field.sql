select id, try_cast(body->>'a' as integer) + 1 as n from events where try_cast(extra->>'a' as integer) > 1
