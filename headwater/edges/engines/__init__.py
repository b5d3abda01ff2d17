"""Engines: work done where the data is, such as comparing rows, writing a lake and profiling batches. They do not know stores or sources."""
