"""The use cases of sources: which there are (`places.py`), and bringing what is new of one into a lake (`run.py`)."""
