select list_sort(list_distinct(flatten([numbers, [id, 2]]))) as flat from shipments
