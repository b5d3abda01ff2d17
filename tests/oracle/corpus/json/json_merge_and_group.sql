select k, json_group_array(k) as same, json_group_object(k, n) as pairs
from (select kind as k, count(*) as n from events where kind is not null group by kind)
group by k
