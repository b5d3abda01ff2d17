-- dialect: snowflake, default: SHOP.RAW
create or replace table stage as
with source as (select * from landing), renamed as (select id as order_id, upper(state) as state from source)
select order_id, state from renamed where state <> 'X'
