select e.body.a as a, e.extra.b as b from events as e
