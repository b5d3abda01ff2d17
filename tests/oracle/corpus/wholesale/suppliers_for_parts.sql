select p_brand, p_type, p_size, count(distinct ps_suppkey) as suppliers
from partsupp natural join (select p_partkey as ps_partkey, p_brand, p_type, p_size from part)
where p_brand <> 'Brand#45' and p_type not like 'MEDIUM%' and p_size in (3, 9, 14)
  and ps_suppkey not in (select s_suppkey from supplier where s_comment like '%Complaints%')
group by p_brand, p_type, p_size
-- unseen supplier.s_comment -> * FILTER: counts distinct suppliers, and a complaint in small tables meets one that no part has left
