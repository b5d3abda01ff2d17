select amount * quantity as total, total * 2 as twice, twice - amount as rest from orders where total > 3
