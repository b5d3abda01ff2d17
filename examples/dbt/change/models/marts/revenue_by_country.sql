select
    customers.country,
    date_trunc('month', orders.day) as month,
    sum(orders.amount) as revenue,
    count(distinct orders.customer_id) as buyers
from {{ ref('orders') }} as orders
join {{ ref('customers') }} as customers on customers.customer_id = orders.customer_id
where customers.orders > 0
group by customers.country, month
