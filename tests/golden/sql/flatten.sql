-- dialect: snowflake, default: SHOP.PUBLIC
select e.id, e.payload:user.email::string as email, f.value:sku::string as sku
from events e, lateral flatten(input => e.payload:items) f
