"""Engines: work done where the data is. They do not know stores or sources."""
