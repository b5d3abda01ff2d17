"""The witness of values: forms with checks, lists of words, spread, and what speaks against."""
