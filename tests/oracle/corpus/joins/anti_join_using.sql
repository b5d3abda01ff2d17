select name, boss from employees anti join people using (id, city)
