"""Streams, purely: where to go on reading a topic (`offsets.py`), and what its messages say as rows (`messages.py`)."""
