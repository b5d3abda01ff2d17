create table pairs (k, v) as select id, name || city from people;
from pairs;
