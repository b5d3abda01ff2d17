with a as (select * from products),
b as (select a.*, a.price + 1 as dearer from a),
c as (select * exclude (name), upper(name) as name from b)
select * from c where category = 'Books'
