select o->>'n' as n, (o->>'a')::integer + 1 as a from (select json_object('n', name, 'a', age) as o from people)
-- unseen people.name -> a TRANSFORMATION: a document is told as a whole, whichever key is read of it
-- unseen people.age -> n TRANSFORMATION: a document is told as a whole, whichever key is read of it
