select * ilike 'N%' from makers
