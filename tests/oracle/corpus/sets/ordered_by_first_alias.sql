select id as k, name as v from people union select id, country from makers order by k desc, v limit 5
