"""Posts, previews and marks: what the bot shows, exactly once."""
