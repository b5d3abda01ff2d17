with recursive reach(start_id, end_id) as (
  select id, manager_id from people
  union
  select r.start_id, p.manager_id
  from reach as r join people as p on p.id = r.end_id
)
select start_id, count(distinct end_id) as n from reach group by start_id
-- unseen people.manager_id -> * JOIN: a further step adds ends to a start that is there already, and only starts are rows
-- unseen people.manager_id -> * GROUP_BY: told apart are pairs, of which only the starts are rows
