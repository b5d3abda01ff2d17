with recursive swap(a, b, n) as (
  select age, id, 0 from people
  union all
  select b, a, n + 1 from swap where n < 3
)
select n, max(a) as a, min(b) as b from swap group by n
