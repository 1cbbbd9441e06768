"""Boxes by bubblewrap: what the host offers, the words that make one, its life from start to end."""
