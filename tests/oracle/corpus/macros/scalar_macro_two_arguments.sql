create macro label(a, b) as coalesce(a, b) || '!';
select label(name, city) as l, label(b := email, a := city) as m from people;
