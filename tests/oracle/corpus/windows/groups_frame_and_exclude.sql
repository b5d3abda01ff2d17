select id, age, quantity_sum,
  sum(quantity_sum) over (order by age groups between 1 preceding and current row exclude ties) as a,
  max(quantity_sum) over (order by age rows between unbounded preceding and unbounded following exclude current row) as b
from (select p.id, p.age, sum(o.quantity) as quantity_sum from people as p join orders as o on o.person_id = p.id group by all)
qualify count(*) over (partition by age) = 1
