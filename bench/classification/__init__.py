"""A benchmark of column classification: columns made by templates, of which half is for developing and the other half for reporting."""
