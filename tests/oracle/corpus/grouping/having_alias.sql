select person_id, sum(amount) as total from orders group by person_id having total > 4
