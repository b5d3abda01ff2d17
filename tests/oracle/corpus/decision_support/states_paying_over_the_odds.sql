select ca.ca_state as state, count(*) as buyers
from customer_address as ca
join customer as c on ca.ca_address_sk = c.c_current_addr_sk
join store_sales as s on c.c_customer_sk = s.ss_customer_sk
join date_dim as d on s.ss_sold_date_sk = d.d_date_sk
join item as i on s.ss_item_sk = i.i_item_sk
where d.d_month_seq = (
    select max(m.d_month_seq)
    from date_dim as m
    where m.d_year = 2001 and m.d_moy = 1
  )
  and i.i_current_price > 1.1 * (
    select avg(j.i_current_price)
    from item as j
    where j.i_category = i.i_category
  )
group by ca.ca_state
having count(*) >= 1
order by buyers, state
