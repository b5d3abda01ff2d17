"""`label show`: which columns hold what, by which witnesses, and by which way it came."""
