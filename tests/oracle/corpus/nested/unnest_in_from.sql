select s.id, u.n from shipments as s, unnest(s.numbers) as u(n) where u.n > 1
