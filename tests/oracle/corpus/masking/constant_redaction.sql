select id, 'redacted' as email, null as phone, name from people
