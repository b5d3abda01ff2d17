"""Reading: what a query gives, column by column. `queries` is the entry, `sources` holds FROM, `expressions` values, `scopes` names."""
