select
  cd.cd_gender, cd.cd_marital_status, count(*) as people,
  min(cd.cd_dep_count) as fewest, max(cd.cd_dep_count) as most, avg(cd.cd_dep_employed_count) as employed
from customer as c
join customer_address as ca on c.c_current_addr_sk = ca.ca_address_sk
join customer_demographics as cd on cd.cd_demo_sk = c.c_current_cdemo_sk
where ca.ca_county in ('Rush', 'Toole')
  and exists (
    select 1
    from store_sales as ss, date_dim as d
    where ss.ss_customer_sk = c.c_customer_sk and ss.ss_sold_date_sk = d.d_date_sk and d.d_moy between 1 and 4
  )
  and c.c_customer_sk in (
    select ws.ws_bill_customer_sk from web_sales as ws where ws.ws_quantity > 0
    union
    select cs.cs_ship_customer_sk from catalog_sales as cs where cs.cs_quantity > 0
  )
group by cd.cd_gender, cd.cd_marital_status
order by 1, 2
-- unseen catalog_sales.cs_quantity -> * FILTER: the other side of the union holds the same few customers
-- unseen catalog_sales.cs_ship_customer_sk -> * FILTER: the other side of the union holds the same few customers
