select max(columns(* exclude (email, active))) from people
