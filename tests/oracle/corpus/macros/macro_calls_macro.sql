create temp macro clean(s) as lower(trim(s));
create temp macro contact(e, c) as clean(e) || '@' || clean(c);
select contact(email, city) as where_to from people;
