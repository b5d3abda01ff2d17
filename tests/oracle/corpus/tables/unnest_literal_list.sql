select w.word, p.id from unnest(['a', 'b', 'ab']) as w(word) join people as p on p.city = w.word
