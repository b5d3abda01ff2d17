select id, name from products order by sum(price) over (partition by category) desc, id, name, category limit 4
