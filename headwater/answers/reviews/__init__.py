"""Reviewing labels.

`waiting.py` tells what waits for a person, `deciding.py` what people decided, `classified.py` what a classifier needs to know beforehand.
"""
