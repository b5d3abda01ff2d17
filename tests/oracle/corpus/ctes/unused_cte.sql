with never as (select email from people where age > 3),
used as (select name from people where age = 2)
select name from used
