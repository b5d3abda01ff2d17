select x from ((select age as x from people union select quantity from orders) except (select id from makers where country = 'b'))
