"""Fetching from sources through dlt into a staging folder, from where a load is committed to the lake. Nothing here knows the lake."""
