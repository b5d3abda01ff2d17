select id as customer_id, country, lag(country) over (partition by id order by dbt_valid_from) as before
from {{ ref('customers_snapshot') }}
