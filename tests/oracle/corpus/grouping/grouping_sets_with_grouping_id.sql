select category, maker_id, grouping(category, maker_id) as level, sum(price) as total
from products group by grouping sets ((category, maker_id), (category), ())
