with spending as (
  select
    c_customer_id as id, c_first_name as first_name, c_last_name as last_name,
    c_preferred_cust_flag as flag, d_year as yr,
    sum((ss_ext_list_price - ss_ext_wholesale_cost - ss_ext_discount_amt + ss_ext_sales_price) / 2) as worth,
    'store' as kind
  from customer, store_sales, date_dim
  where c_customer_sk = ss_customer_sk and ss_sold_date_sk = d_date_sk
  group by c_customer_id, c_first_name, c_last_name, c_preferred_cust_flag, d_year
  union all
  select
    c_customer_id, c_first_name, c_last_name,
    c_preferred_cust_flag, d_year,
    sum((ws_ext_list_price - ws_ext_wholesale_cost - ws_ext_discount_amt + ws_ext_sales_price) / 2),
    'web'
  from customer, web_sales, date_dim
  where c_customer_sk = ws_bill_customer_sk and ws_sold_date_sk = d_date_sk
  group by all
)
select s2.id, s2.first_name, s2.last_name, s2.flag
from spending as s1, spending as s2, spending as w1, spending as w2
where s2.id = s1.id and w1.id = s1.id and w2.id = s1.id
  and s1.kind = 'store' and s2.kind = 'store' and w1.kind = 'web' and w2.kind = 'web'
  and s1.yr = 1 and s2.yr = 2 and w1.yr = 1 and w2.yr = 2
  and s1.worth > 0 and w1.worth > 0
  and case when w1.worth > 0 then w2.worth / w1.worth else 0.0 end
    > case when s1.worth > 0 then s2.worth / s1.worth else 0.0 end
order by all
limit 100
