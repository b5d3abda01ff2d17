select coalesce(*columns(['email', 'city', 'name'])) as contact, greatest(*columns('id|age')) as most from people
