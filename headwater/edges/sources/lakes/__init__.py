"""Drivers of lakes, one module per format behind one port: `driver.py`. They read and hand on; what it means is said elsewhere."""
