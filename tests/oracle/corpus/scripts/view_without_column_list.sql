create view open_orders as select * from orders where status = 'open';
select person_id, max(amount) as top from open_orders group by person_id;
