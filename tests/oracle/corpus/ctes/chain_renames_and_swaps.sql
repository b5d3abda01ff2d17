with one as (select id as a, age as b, city as c from people),
two as (select b as a, a as b, c from one),
three(x, y) as (select a, b from two where c = 'a')
select y as x, x as y from three
