with a as (select id, name as n from people), b as (select id, name as n from makers)
from a except from b
