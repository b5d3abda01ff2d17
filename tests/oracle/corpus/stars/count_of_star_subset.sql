select count(columns(* exclude (id))) from makers
