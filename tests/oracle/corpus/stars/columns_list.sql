SELECT COLUMNS(['a', 'g']) + 1 FROM t
