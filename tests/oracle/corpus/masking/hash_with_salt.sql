select sha256('salt' || email || cast(id as varchar)) as token, city from people
