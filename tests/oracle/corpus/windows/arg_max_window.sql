select id, arg_max(name, (age, name)) over (partition by city) as eldest from people
