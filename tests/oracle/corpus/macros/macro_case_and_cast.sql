create macro band(x) as case when x < 2 then 'low' when x < 4 then 'middle' else 'high' end;
select band(age) as b, count(*) as n from people group by band(age);
