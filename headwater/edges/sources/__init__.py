"""What fetches: each module reads one kind of source and hands on what it found, without interpreting it."""
