"""The sections of the settings, one for each part that needs some; `bot.config` reads them all."""
