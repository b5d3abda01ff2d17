select * exclude (phone, notes) replace (md5(email) as email) from people
