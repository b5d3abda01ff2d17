select id as order_id, customer_id, amount, method, status, day
from {{ source('raw', 'orders') }}
