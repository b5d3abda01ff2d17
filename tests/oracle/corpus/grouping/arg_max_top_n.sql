select status, arg_max(amount, amount + quantity, 2) as best, max(quantity, 2) as most from orders where status = 'open' group by status
