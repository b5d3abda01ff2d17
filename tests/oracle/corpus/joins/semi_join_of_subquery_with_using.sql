select id, amount from orders semi join (select person_id, status from orders where quantity > 2) using (person_id, status)
