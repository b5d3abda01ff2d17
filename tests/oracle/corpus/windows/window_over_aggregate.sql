select category, sum(price) as total, sum(price) / sum(sum(price)) over () as share, rank() over (order by sum(price) desc) as place
from products group by category
