select city, any_value(city) as same, count_if(active) as actives from people group by city
