"""The sections of the settings, one for each part that needs some, and what refuses values; `bot.config` reads all."""
