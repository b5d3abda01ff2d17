"""Samples of distinct values of every column, taken where the data is: files and DuckDB, Arrow readers, PostgreSQL."""
