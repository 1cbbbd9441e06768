"""How what Discord has registered differs from what should be. Pure."""

from __future__ import annotations

from bot.domain import Json


def unsynced(wanted: list[Json], registered: list[Json], *, everywhere: bool = True) -> list[str]:
    """Return the names of commands that are missing, others than they should be, or left from before.

    Args:
        wanted: As they should be.
        registered: As Discord tells them.
        everywhere: Whether they are those of all servers; only then Discord keeps where they may be used.
    """
    want = {(each.get("type", 1), each["name"]): _core(each, everywhere=everywhere) for each in wanted}
    have = {(each.get("type", 1), each["name"]): _core(each, everywhere=everywhere) for each in registered}
    return sorted(name for kind, name in want.keys() | have.keys() if want.get((kind, name)) != have.get((kind, name)))


def _core(command: Json, *, everywhere: bool) -> Json:
    """Return what Discord gives back as it was registered."""
    words = _words(command)
    if not everywhere:
        return words
    return words | {name: sorted(command.get(name) or []) for name in ("contexts", "integration_types")}


def _words(command: Json) -> Json:
    options = command.get("options") or []
    return {
        "description": command.get("description") or "",
        "names": command.get("name_localizations") or {},
        "descriptions": command.get("description_localizations") or {},
        "options": [_words(option) | {"type": option.get("type")} for option in options],
    }
