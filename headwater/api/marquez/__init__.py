"""The paths that Marquez's readers know, answered from our views: `reads.py` for lists, `graphs.py` for lineage, `events.py` for entries."""
