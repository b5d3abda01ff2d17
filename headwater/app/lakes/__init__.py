"""The use cases of lakes: which are watched (`places.py`), and scanning one (`scan.py`)."""
