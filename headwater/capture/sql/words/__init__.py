"""What words mean before anything is resolved: functions, masking functions, clauses, names a text mentions."""
