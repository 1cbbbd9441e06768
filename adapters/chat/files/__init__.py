"""Files that people attach: which are read, and from where."""
