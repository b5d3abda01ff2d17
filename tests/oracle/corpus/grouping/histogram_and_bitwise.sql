select bit_or(age) as bits, bool_and(active) as every_one, product(1 + age % 2) as prod from people where city = 'a'
