select status, product_id, count(*) as n from orders group by cube (status, product_id) having grouping(status) = 0 and count(*) > 1
