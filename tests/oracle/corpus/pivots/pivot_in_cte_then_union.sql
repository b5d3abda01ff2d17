with wide as (from (select category, maker_id, price from products) pivot (min(price) for maker_id in (1, 2)))
select category, "1" as v from wide union all select category, "2" from wide
