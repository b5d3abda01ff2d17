"""The vocabulary: ids, times, entries, observations, facts, lineage, answers, errors.

Frozen values only; nothing here reads a file, a clock or another part of Headwater.
Read `facts.py` next to see what translators say, then `answers.py` to see what people get.
"""
