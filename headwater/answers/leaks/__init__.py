"""What leaked into something declared harmless? Places and what they may hold, ways of labels, and the detectors of `headwater leaks`.

`places.py` says what is expected of a column, `ways.py` by which hops a label came there, `arrived.py`, `inflow.py` and `names.py` raise
what is wrong, `raised.py` gathers that for the inbox, `question.py` answers.
"""
