{{ config(materialized='incremental', unique_key='order_id') }}
select order_id, customer_id, amount, day
from {{ ref('stg_orders') }}
{% if is_incremental() %}
where day > (select max(day) from {{ this }})
{% endif %}
