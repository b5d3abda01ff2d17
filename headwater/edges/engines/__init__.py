"""Engines work where the data is: compare rows, write a lake, profile batches. They do not know stores or sources."""
