select k, count(distinct v) as n from (select name, city from people where active) unpivot (v for k in (name, city)) group by k
