select
  case when (select count(*) from store_sales where ss_quantity between 1 and 2) > 3
    then (select avg(ss_ext_discount_amt) from store_sales where ss_quantity between 1 and 2)
    else (select avg(ss_net_paid) from store_sales where ss_quantity between 1 and 2)
  end as low_band,
  case when (select count(*) from store_sales where ss_quantity between 3 and 4) > 3
    then (select avg(ss_ext_tax) from store_sales where ss_quantity between 3 and 4)
    else (select avg(ss_net_profit) from store_sales where ss_quantity between 3 and 4)
  end as middle_band,
  case when (select count(*) from store_sales where ss_quantity > 4) > 3
    then (select max(ss_coupon_amt) from store_sales where ss_quantity > 4)
    else (select min(ss_list_price) from store_sales where ss_quantity > 4)
  end as high_band
from reason
where r_reason_sk = 1
