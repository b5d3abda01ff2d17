select id, case when city = 'Bern' then email else '***' end as email, case id when 1 then name else null end as name from people
