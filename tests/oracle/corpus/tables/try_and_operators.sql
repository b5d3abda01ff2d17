select try(age / id) as q, age // 2 as h, age % 3 as r, age ** 2 as sq, -manager_id as neg, age & 1 as odd, abs(id - age) as gap from people
