"""Writing: statements that put rows somewhere. `targets` and `merging` follow them, `written` gathers the edges."""
