create table step as select id, age as v from people;
create or replace table step as select id, v + 1 as v from step where v > 1;
