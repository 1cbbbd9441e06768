"""The connection to Discord: receiving, catching up, commands, and what can be checked before serving."""
