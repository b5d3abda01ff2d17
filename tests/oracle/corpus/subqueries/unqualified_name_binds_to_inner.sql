select name from people
where id in (select person_id from orders where id > 1 and status = 'open')
