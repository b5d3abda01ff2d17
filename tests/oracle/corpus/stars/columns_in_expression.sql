select columns('id|age') + 1 from people
