select json_object('n', name, 'a', age) as person, to_json({'c': city, 'on': active}) as place from people
