"""The embedded demo model: its file, fetched by hash, and its server, run beside the bot."""
