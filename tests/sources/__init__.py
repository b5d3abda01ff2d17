"""Real servers that sources fetch from, and a home whose lake they fill."""
