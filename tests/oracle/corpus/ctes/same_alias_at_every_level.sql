select t.v from (
  select t.v from (
    select t.age as v from people as t where t.city = 'a'
  ) as t
  union all
  select t.quantity from orders as t where t.status = 'open'
) as t
where t.v > 1
