"""Whether a model only repeats a call that it was told: by a person, a tool, a file or another agent. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from agents.content import text_of

Told = Sequence[Mapping[str, Any]]
"""The messages that a model was told."""
_OTHERS = ("user", "tool", "function")
_LOOSE = re.compile(r"[\s\\\"'`]+")
"""What differs where the same is quoted."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
"""A character as JSON of tools has it."""
_BETWEEN = r"\W{0,3}\w{0,12}\W{0,2}"
"""What stands between a call's name and its arguments: `", "arguments": `, or only a bracket."""
_COMPARED = 300
"""Characters of arguments that are looked for next to the name."""


def stands_in(text: str, told: Told) -> bool:
    """Return whether others have said this text."""
    plain = _plain(text)
    return any(plain in heard for heard in _heard(told))


def repeats(made: Iterable[tuple[Mapping[str, str], str]], told: Told, most: int) -> bool:
    """Return whether others have said one of these calls, as it is written or as any JSON.

    Args:
        made: Each call's name and its arguments as JSON, and the text that they were read from.
        told: What the model was told.
        most: How many different calls are looked for: the first ones.
    """
    heard = [*_heard(told)]
    different = {(call["name"], call["arguments"]): source for call, source in made}
    calls = [*islice(different.items(), most)] if heard else []
    sources = [_plain(source) for source in dict.fromkeys(source for _, source in calls)]
    return any(source in each for source in sources for each in heard) or any(
        _says(each, _plain(name), _plain(arguments)) for (name, arguments), _ in calls for each in heard
    )


def _says(heard: str, name: str, arguments: str) -> bool:
    if name not in heard or arguments[:_COMPARED] not in heard:
        return False
    after = re.escape(name) + _BETWEEN + re.escape(arguments[:_COMPARED])
    before = re.escape(arguments[-_COMPARED:]) + _BETWEEN + re.escape(name)
    return bool(re.search(after, heard) or re.search(before, heard))


def _heard(told: Told) -> Iterator[str]:
    """Give what others have said, and the same where characters stand in it as JSON escapes them."""
    for each in told:
        if each.get("role") in _OTHERS:
            text = text_of(each.get("content"))
            yield _plain(text)
            if _ESCAPED.search(text):
                yield _plain(_unescaped(text))


def _unescaped(text: str) -> str:
    with_halves = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return with_halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _plain(text: str) -> str:
    return _LOOSE.sub("", text).casefold()
