select status, sum(columns('amount|quantity')) from orders group by status
