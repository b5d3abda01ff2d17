"""Recognisers that others wrote, put into our words. `presidio.py` is one; any package may bring more (`app/classify/recognisers.py`)."""
