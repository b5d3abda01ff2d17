select id, age as id, city as x from people
