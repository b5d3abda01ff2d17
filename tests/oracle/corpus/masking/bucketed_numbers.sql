select round(salary, -2) as about, floor(salary / 10) * 10 as band, width, count(*) as n
from (select salary, case when salary < 10 then 'low' else 'high' end as width from people)
group by all
