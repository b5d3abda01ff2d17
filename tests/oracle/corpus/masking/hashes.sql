select id, md5(email) as m, sha256(phone) as s, hash(name) as h, sha1(notes) as n from people
