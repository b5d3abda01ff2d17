"""Verification of everything stored: `verification` is the entry, the others check one thing each and say where it is wrong."""
