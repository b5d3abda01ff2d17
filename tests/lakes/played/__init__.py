"""Plays made-up histories on real tables: Iceberg by PyIceberg, Delta by deltalake, Parquet files in an object store.

Every commit is made by the format's own library, on files that hold the rows. What is made up is the time. Commits of weeks are made
within minutes, so the writers' clocks are set: PyIceberg asks a clock of ours, the time in a Delta commit is rewritten at once, and the
object store tells an object's time of modification, which is set. A scan of a folder asks the same clock, since what it says of removed
files is bounded by its own times. Nothing else is touched: rows, files, statistics, snapshots and logs are as the libraries write them.
"""
