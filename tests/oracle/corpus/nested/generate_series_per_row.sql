select id, unnest(range(least(id, 3))) as step from people
