"""The use case rows: which batches rows came from, by reading versions from their lakes and running recorded statements again.

`unsealing` opens statements, `leaves` gives stored rows their batches, `following` goes from the sources to the dataset asked about.
"""
