"""The terminal as a platform: the smallest adapter, to talk with a team without any account."""
