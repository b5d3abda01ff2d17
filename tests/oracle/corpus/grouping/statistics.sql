select category, round(stddev_pop(price), 2) as dev, median(price) as mid, quantile_cont(price, 0.5) as q, round(corr(price, id), 2) as c
from products group by category
