"""Sensitivity: what columns hold by themselves (`seeds.py`), what each hop leaves of it (`transfers.py`), and where it therefore is (`map.py`)."""
