"""Engines: run a scan or a query where the data is. Each engine is imported in its own driver file."""
