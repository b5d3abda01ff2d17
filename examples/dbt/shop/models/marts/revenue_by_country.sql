select customers.country, date_trunc('month', orders.day) as month, sum(orders.amount) as revenue
from {{ ref('orders') }} as orders
join {{ ref('customers') }} as customers on customers.customer_id = orders.customer_id
group by all
