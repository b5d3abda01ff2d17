select coalesce(columns(['name', 'city']), columns(['name', 'city'])) from people where age > 1
