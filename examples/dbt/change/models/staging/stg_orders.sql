-- The same as before, written another way.
SELECT
    id AS order_id,
    customer_id,
    amount,
    method,
    status,
    day
FROM {{ source('raw', 'orders') }}
