"""Short lists of words, written for Headwater from common knowledge: no file, corpus or data set was copied.

They need not be complete: a column is judged by the share of its values that a list holds, against the share any column would have.
"""
