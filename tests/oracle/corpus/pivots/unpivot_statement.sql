unpivot (select id, age, manager_id from people) on age, manager_id into name what value n
