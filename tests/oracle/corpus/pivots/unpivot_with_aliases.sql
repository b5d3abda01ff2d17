select id, k, v from (select id, name, category from products) unpivot (v for k in (name as 'title', category as 'kind')) where v = 'a'
