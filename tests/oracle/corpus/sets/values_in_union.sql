select city, 1 as rank from people where city is not null union values ('Oslo', 2), ('Bergen', 3)
