select id, name from people where columns(['age', 'manager_id']) > 1
