create macro place_in(x, y) as rank() over (partition by x order by y);
select id, place_in(category, price) as place from products;
