with customers as (
    select * from {{ ref('stg_customers') }}
),

totals as (
    select customer_id, count(*) as orders, {{ amount_by_method(['card', 'cash', 'voucher']) }}
    from {{ ref('paid_orders') }}
    group by customer_id
)

select
    customers.customer_id,
    customers.email_hash,
    countries.name as country,
    coalesce(totals.orders, 0) as orders,
    totals.card_amount,
    totals.cash_amount,
    totals.voucher_amount
from customers
left join totals on totals.customer_id = customers.customer_id
left join {{ ref('countries') }} as countries on countries.code = customers.country
