select length(email) as n, email is null as missing, coalesce(nullif(phone, ''), 'none') as phone, name = city as same from people
