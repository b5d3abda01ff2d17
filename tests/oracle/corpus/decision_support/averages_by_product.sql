select product_id, avg(units) as mean_units, avg(list_price) as mean_list, avg(rebate) as mean_rebate, avg(paid_price) as mean_paid
from shop_sale
join household on shop_sale.household_key = household.household_key
join calendar using (day_key)
join product using (product_key)
join promo on shop_sale.promo_key = promo.promo_key
where gender = 'F' and marital = 'W' and schooling = 'Degree' and (by_mail = 'N' or by_radio = 'N') and year = 2019
group by product_id
order by product_id
limit 100
