SELECT events.id, e.key, e.value FROM events, json_each(events.body) AS e WHERE events.kind = 'a'
