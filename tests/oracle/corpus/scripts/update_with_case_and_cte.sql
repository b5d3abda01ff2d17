with busy as (select person_id from orders where quantity > 2)
update people set email = case when active then city else email end where id in (select person_id from busy);
