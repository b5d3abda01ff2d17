"""One file per question: views in, an answer with its evidence out. Pure; `registry.py` maps questions to their functions."""
