{% macro fill_raw() %}
create schema if not exists raw;
create or replace table raw.customers as
    select range as id, 'person' || range || '@shop.example' as email, ['de', 'fr', 'it'][1 + range % 3] as country,
           timestamp '2026-01-01' + range * interval 1 day as updated_at
    from range(12) as numbers (range);
create or replace table raw.orders as
    select range as id, range % 12 as customer_id, 10 + range as amount, ['card', 'cash', 'voucher'][1 + range % 3] as method,
           ['paid', 'open'][1 + range % 2] as status, date '2026-02-01' + range::integer as day
    from range(40) as numbers (range);
{% endmacro %}
