select e.name, m.country from employees as e join makers as m on lower(e.name) = left(m.name, 2) or e.boss = m.id + 1
