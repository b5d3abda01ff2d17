with offers as (
  select ps_partkey, ps_suppkey, ps_supplycost,
         min(ps_supplycost) over (partition by ps_partkey) as lowest
  from partsupp
  join supplier on s_suppkey = ps_suppkey
  join nation on n_nationkey = s_nationkey
  join region on r_regionkey = n_regionkey and r_name = 'EUROPE'
)
select s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_phone
from part
join offers on p_partkey = ps_partkey and ps_supplycost = lowest
join supplier on s_suppkey = ps_suppkey
join nation on n_nationkey = s_nationkey
where p_size = 15 and p_type like '%BRASS'
