with recursive chain(id, boss, depth, path) as (
  select id, manager_id, 0, coalesce(name, '?') from people where manager_id is null
  union all
  select p.id, p.manager_id, c.depth + 1, c.path || '/' || coalesce(p.name, '?')
  from people as p join chain as c on p.manager_id = c.id
  where c.depth < 2
)
select id, depth, path from chain
