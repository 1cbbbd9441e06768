"""The variables of the environment that set something, and what would make one say less than its writer meant.

A variable that is ours and sets nothing, or a mapping that hides what the file says, is refused: whoever wrote it
believes that it counts. The environment itself is handed in.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress

from bot.errors import SettingsError
from bot.settings.budgets import EXAMPLE as BUDGETS_EXAMPLE
from bot.settings.discord import DISCORD_BARE
from bot.settings.models import HOSTS_EXAMPLE, MODELS_BARE, MODELS_EXAMPLE
from bot.settings.permissions import EXAMPLE as PERMISSIONS_EXAMPLE
from bot.settings.slack import SLACK_BARE
from bot.settings.values import did_you_mean

PREFIX = "THREADFAST_"
BARE = {"database_url": "DATABASE_URL", **MODELS_BARE, **SLACK_BARE, **DISCORD_BARE}
"""Settings whose variable is a name that everybody knows."""
NEVER_EMPTY = ("permissions", "budgets")
"""Settings whose variable is refused where it is set to nothing: unset would open what was to be closed."""
EXAMPLES = {
    "models": MODELS_EXAMPLE,
    "hosts": HOSTS_EXAMPLE,
    "workspace_languages": '{"T0123": "zh"}',
    "permissions": PERMISSIONS_EXAMPLE,
    "budgets": BUDGETS_EXAMPLE,
}
"""What the settings look like that are mappings or lists of them, which the environment gives as JSON."""


def variable_of(name: str) -> str:
    """Return the environment variable of a setting."""
    return BARE.get(name, PREFIX + name.upper())


def is_set(name: str, environment: Mapping[str, str]) -> bool:
    """Say whether a setting's variable is there and not empty."""
    return any(key.upper() == variable_of(name) and value for key, value in environment.items())


def refuse_unknown_variables(environment: Mapping[str, str], settings: Collection[str]) -> None:
    """Refuse variables with our prefix that set nothing.

    Raises:
        SettingsError: There is one; the error names the nearest variable that sets something.
    """
    known = {variable_of(name) for name in settings}
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = _nearest_variable(name.upper(), settings)
            raise SettingsError(f"{name} in the environment: there is no such setting{near}")


def _nearest_variable(variable: str, settings: Collection[str]) -> str:
    """A bare name with our prefix means the bare one."""
    bare = variable.removeprefix(PREFIX)
    if bare in BARE.values():
        return f"; did you mean {bare}?"
    return did_you_mean(variable, [variable_of(name) for name in settings])


def refuse_unsaid(environment: Mapping[str, str]) -> None:
    """Refuse mappings and lists in the environment that hide what the file says, or a part of themselves.

    Raises:
        SettingsError: There is one; the error says how to write what was meant.
    """
    for key, value in sorted(environment.items()):
        name = next((name for name in EXAMPLES if variable_of(name) == key.upper()), None)
        wrong = _unsaid(name, value.strip()) if name is not None else ""
        if name is not None and wrong:
            raise SettingsError(f"{variable_of(name)} in the environment: {wrong}.")


def _unsaid(name: str, value: str) -> str:
    """Say why a value says less than it seems to; empty: it does not, or is wrong in another way."""
    if value == "null":
        # It would count as unset, and hide what the file says.
        return f"null says nothing; write {EXAMPLES[name]}"
    if not value:
        unset = f"this is set and empty, which says nothing. Unset it, or write {EXAMPLES[name]}"
        return unset if name in NEVER_EMPTY else ""
    return _twice(value)


def _twice(value: str) -> str:
    """Name the first key that stands twice in one mapping of JSON, of which only the last would count."""
    found: list[str] = []

    def made(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        found.extend(key for key in dict.fromkeys(keys) if keys.count(key) > 1)
        return dict(pairs)

    with suppress(ValueError, RecursionError):
        json.loads(value, object_pairs_hook=made)
    return (
        f"{found[0]!r} stands here twice in one mapping; only one of them would count. Leave one out" if found else ""
    )
