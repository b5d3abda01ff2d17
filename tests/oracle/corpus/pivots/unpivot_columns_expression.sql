unpivot (select id, age, manager_id from people) on columns(* exclude (id)) into name k value v
