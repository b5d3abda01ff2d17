"""Texts of many statements: `reading` cuts them into steps, `running` follows them, `verbs` and `dynamic` know what only scripts say."""
