{{ config(materialized='view') }}
select customer_id, email_hash, country from {{ ref('customers') }} where orders > 1
