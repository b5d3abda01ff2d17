select base64(encode(email)) as e, hex(phone) as p, md5_number(name) % 10 as bucket from people
