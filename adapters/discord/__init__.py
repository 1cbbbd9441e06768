"""Discord: slash commands, threads, and agents with their own faces."""
