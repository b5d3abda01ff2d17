SELECT [e + f FOR e IN l IF e > 1] AS r FROM n
