select person_id from orders where status = 'open' except select id from people where active
