select city from people qualify count(email) over (partition by city, active) > 1
