select
  i_item_id, ca_country, ca_state, ca_county,
  avg(cast(cs_quantity as decimal(12, 2))) as m1,
  avg(cs_list_price) as m2,
  avg(c_birth_year) as m3,
  avg(cd1.cd_dep_count) as m4,
  grouping(ca_country, ca_state, ca_county) as level
from catalog_sales, customer_demographics as cd1, customer_demographics as cd2, customer, customer_address, item
where cs_item_sk = i_item_sk
  and cs_bill_cdemo_sk = cd1.cd_demo_sk
  and cs_bill_customer_sk = c_customer_sk
  and c_current_cdemo_sk = cd2.cd_demo_sk
  and c_current_addr_sk = ca_address_sk
  and cd1.cd_gender = 'F'
  and c_birth_month in (1, 2, 3)
group by rollup (i_item_id, ca_country, ca_state, ca_county)
order by all
