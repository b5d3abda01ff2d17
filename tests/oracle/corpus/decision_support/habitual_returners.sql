with refunds as (
  select sr_customer_sk as who, sr_store_sk as place, sum(sr_return_amt) as given_back
  from store_returns
  inner join date_dim on d_date_sk = sr_returned_date_sk
  where d_year = 2001
  group by 1, 2
),
place_norm as (
  select place, avg(given_back) * 1.2 as norm
  from refunds
  group by place
)
select c.c_customer_id, s.s_store_name, r.given_back
from refunds as r
inner join place_norm as n on n.place = r.place
inner join store as s on s.s_store_sk = r.place
inner join customer as c on c.c_customer_sk = r.who
where r.given_back > n.norm
  and s.s_state in ('TN', 'KY')
order by all
limit 100
