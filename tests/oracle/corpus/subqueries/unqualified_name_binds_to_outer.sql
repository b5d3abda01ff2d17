select id, name from products
where exists (select 1 from makers where makers.id = maker_id and country = 'a')
