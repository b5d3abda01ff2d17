with ssales as (
  select
    c_last_name, c_first_name, s_store_name, ca_state, s_state, i_color, i_current_price, i_manager_id, i_units, i_size,
    sum(ss_net_paid) as netpaid
  from store_sales
  join store_returns on ss_ticket_number = sr_ticket_number and ss_item_sk = sr_item_sk
  join store on ss_store_sk = s_store_sk
  join item on ss_item_sk = i_item_sk
  join customer on ss_customer_sk = c_customer_sk
  join customer_address on c_current_addr_sk = ca_address_sk
  where c_birth_country <> upper(ca_country)
  group by c_last_name, c_first_name, s_store_name, ca_state, s_state, i_color, i_current_price, i_manager_id, i_units, i_size
)
select c_last_name, c_first_name, s_store_name, sum(netpaid) as paid
from ssales
where i_color in ('pale', 'chiffon')
group by c_last_name, c_first_name, s_store_name
having sum(netpaid) > (select 0.05 * avg(netpaid) from ssales)
order by c_last_name, c_first_name, s_store_name
-- unseen customer_address.ca_state -> * FILTER: parts sums that are added up again; what is left is a twentieth of their mean
-- unseen customer_address.ca_state -> * GROUP_BY: parts sums that are added up again; what is left is a twentieth of their mean
-- unseen item.i_current_price -> * FILTER: parts sums that are added up again; what is left is a twentieth of their mean
-- unseen item.i_current_price -> * GROUP_BY: parts sums that are added up again; what is left is a twentieth of their mean
-- unseen item.i_manager_id -> * FILTER: parts sums that are added up again; what is left is a twentieth of their mean
-- unseen item.i_manager_id -> * GROUP_BY: parts sums that are added up again; what is left is a twentieth of their mean
-- unseen item.i_size -> * FILTER: parts sums that are added up again; what is left is a twentieth of their mean
-- unseen item.i_size -> * GROUP_BY: parts sums that are added up again; what is left is a twentieth of their mean
-- unseen item.i_units -> * FILTER: parts sums that are added up again; what is left is a twentieth of their mean
-- unseen item.i_units -> * GROUP_BY: parts sums that are added up again; what is left is a twentieth of their mean
-- unseen store.s_state -> * FILTER: parts sums that are added up again; what is left is a twentieth of their mean
-- unseen store.s_state -> * GROUP_BY: parts sums that are added up again; what is left is a twentieth of their mean
