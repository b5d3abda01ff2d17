with returned as (
  select wr_returning_customer_sk as cust_sk, ca_state as state, sum(wr_return_amt) as total
  from web_returns, date_dim, customer_address
  where wr_returned_date_sk = d_date_sk and d_year between 0 and 3 and wr_returning_addr_sk = ca_address_sk
  group by wr_returning_customer_sk, ca_state
)
select c_customer_id, c_salutation, c_first_name, c_last_name, c_birth_year, c_login, r1.total
from returned as r1, customer_address, customer
where r1.total > (
    select avg(r2.total) * 1.2 from returned as r2 where r1.state = r2.state
  )
  and ca_address_sk = c_current_addr_sk
  and ca_state in ('GA', 'TX', 'a')
  and r1.cust_sk = c_customer_sk
order by all
