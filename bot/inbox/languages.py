"""Which language is spoken with whom. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import Event
from bot.texts import language_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """Which language is spoken with whom: the person's own, then their workspace's, then the setting's."""

    setting: str = "en"
    workspaces: Mapping[str, str]
    """By the workspace's id."""

    def of(self, event: Event) -> str:
        """Return the catalogue's language for the person of an event."""
        workspace = language_of(self.workspaces.get(event.thread.workspace), self.setting)
        return language_of(event.person.language, workspace)
