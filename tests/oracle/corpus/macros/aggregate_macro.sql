create macro share(x, y) as sum(x) / nullif(sum(y), 0);
select status, share(amount, quantity) as mean from orders group by status;
