"""What changed that no recorded run explains?

`writings.py` says when which run may have written a dataset, `matching.py` gives what a lake holds to those runs, `explained.py` judges
the versions of one dataset, `question.py` answers for all of them.
"""
