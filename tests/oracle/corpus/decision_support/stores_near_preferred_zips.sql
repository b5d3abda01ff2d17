with wanted as (
  select substr(ca_zip, 1, 2) as zip
  from customer_address
  where substr(ca_zip, 1, 2) in ('ab', '24', 'a')
  intersect
  select zip
  from (
    select substr(ca_zip, 1, 2) as zip, count(*) as n
    from customer_address, customer
    where ca_address_sk = c_current_addr_sk and c_preferred_cust_flag = 'Y'
    group by substr(ca_zip, 1, 2)
    having count(*) > 1
  ) as frequent
)
select s_store_name, sum(ss_net_profit) as profit
from store_sales, date_dim, store, wanted
where ss_store_sk = s_store_sk
  and ss_sold_date_sk = d_date_sk
  and d_qoy = 2 and d_year > 0
  and substr(s_zip, 1, 1) = substr(wanted.zip, 1, 1)
group by s_store_name
order by s_store_name
