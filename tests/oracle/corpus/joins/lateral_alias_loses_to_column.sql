select age + 1 as id, id * 10 as ten from people
