select map {name: age, city: id}['a'] as v from people where name <> city
