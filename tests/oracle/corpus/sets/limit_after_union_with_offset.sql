select name from people union all select name from products order by name nulls last limit 4 offset 1
