"""What Discord delivers, understood: described deliveries become intents. Pure; garbage never raises."""

from __future__ import annotations

from adapters.discord.events.intents import Intent, Me
from adapters.discord.events.understand import files_of, lane_of, moment_of, understand

__all__ = ["Intent", "Me", "files_of", "lane_of", "moment_of", "understand"]
