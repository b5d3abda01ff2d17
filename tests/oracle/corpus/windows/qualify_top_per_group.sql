select person_id, product_id, amount
from (select person_id, product_id, sum(amount) as amount from orders group by 1, 2)
qualify rank() over (partition by person_id order by amount desc) = 1
