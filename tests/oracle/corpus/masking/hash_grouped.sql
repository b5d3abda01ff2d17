select md5(city) as place, count(distinct sha256(email)) as mails, max(left(name, 1)) as initial from people group by md5(city)
