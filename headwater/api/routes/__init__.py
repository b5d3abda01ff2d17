"""One module per group of paths; `server.py` puts them together."""
