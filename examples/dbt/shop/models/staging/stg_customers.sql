with source as (
    select * from {{ source('raw', 'customers') }}
)

select
    id as customer_id,
    md5(email) as email_hash,
    country
from source
