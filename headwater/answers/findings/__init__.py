"""What is wrong? Detectors raise causes anew from the views; `inbox.py` puts people's decisions beside them.

A new kind of finding is a module here that raises it, and a line in `inbox.py`.
"""
