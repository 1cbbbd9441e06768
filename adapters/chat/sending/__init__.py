"""Live previews: bookkeeping that every platform shares."""
