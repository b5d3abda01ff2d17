select body->>'b' as b, count(*) as n, count(distinct extra->>'a') as others from events where extra->>'b' = 'a' group by 1
