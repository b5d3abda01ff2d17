with totals(cust, flag, country, yr, amount, kind) as (
  select c_customer_id, coalesce(c_preferred_cust_flag, 'N'), c_birth_country, d_year, sum(ss_ext_list_price - ss_ext_discount_amt), 's'
  from customer join store_sales on c_customer_sk = ss_customer_sk join date_dim on ss_sold_date_sk = d_date_sk
  group by 1, 2, 3, 4
  union all
  select c_customer_id, coalesce(c_preferred_cust_flag, 'N'), c_birth_country, d_year, sum(cs_ext_list_price - cs_ext_discount_amt), 'c'
  from customer join catalog_sales on c_customer_sk = cs_bill_customer_sk join date_dim on cs_sold_date_sk = d_date_sk
  group by 1, 2, 3, 4
),
pivoted as (
  select cust, flag, country,
    sum(amount) filter (where kind = 's' and yr = 1) as s_first,
    sum(amount) filter (where kind = 's' and yr = 2) as s_second,
    sum(amount) filter (where kind = 'c' and yr = 1) as c_first,
    sum(amount) filter (where kind = 'c' and yr = 2) as c_second
  from totals
  group by cust, flag, country
)
select cust, flag, country, c_second / nullif(c_first, 0) as catalog_growth, s_second / nullif(s_first, 0) as store_growth
from pivoted
where coalesce(c_second, 0) + coalesce(s_second, 0) > 0
order by all
