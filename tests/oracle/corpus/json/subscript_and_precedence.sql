select body['a'] as a, (body->>'b') = 'b' as is_b, (extra->>'a') || kind as joined from events
