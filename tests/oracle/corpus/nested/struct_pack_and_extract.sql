select struct_extract(s, 'n') as n, s.c as c from (select struct_pack(n := age, c := city) as s from people)
-- unseen people.city -> n TRANSFORMATION: a field named in a string is told as the whole struct
