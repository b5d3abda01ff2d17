select row(id, city) as pair, (age, name) as other from people
