select city from people group by city having max(age) > 2 and bool_or(active)
