select box.a from (select box.c as box, id from shipments) as other, (select 1 as a) as box
