"""Showing posts exactly once, and live previews until then: the bookkeeping that every platform shares."""
