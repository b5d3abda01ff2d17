select [x + id for x in numbers] as moved, city from shipments where city in ('a', 'b')
