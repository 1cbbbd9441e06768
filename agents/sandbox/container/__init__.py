"""Boxes by a container runtime: how it is asked, what runs first inside, a box's life from start to end."""
