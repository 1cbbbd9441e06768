"""Whether a chat came to the right outcome: what code printed, what was answered, who spoke, what a tool returned.

Each makes a pure function of the chat. None looks at how things are worded, and none at which side held the chat.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any

from agents import tools
from benchmarks.small_models.talk import End, Kind, Said, Talk

Check = Callable[[Talk], bool]

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})+(?:\.\d+)?(?!\w)|-?\d+(?:\.\d+)?")


def numbers(text: str) -> list[Decimal]:
    """Return the numbers of a text in order; `7,006,652` is one."""
    return [Decimal(found.replace(",", "")) for found in _NUMBER.findall(text)]


def prints(*expected: int) -> Check:
    """Say whether the last program that succeeded printed these numbers, and no others beside a label."""

    def check(talk: Talk) -> bool:
        output = _output(talk)
        lines = output.splitlines()
        unlabelled = "\n".join(re.sub(r"^.*[:：]", "", line) for line in lines)
        return any(numbers(part) == list(expected) for part in (output, unlabelled, *lines, *unlabelled.splitlines()))

    return check


def prints_at_last(expected: int) -> Check:
    """Say whether the last number that the last program that succeeded printed is this one."""
    return lambda talk: numbers(_output(talk))[-1:] == [expected]


def prints_word(expected: str) -> Check:
    """Say whether the last program that succeeded printed this word, in this case."""
    return lambda talk: re.search(rf"(?<!\w){re.escape(expected)}(?!\w)", _output(talk)) is not None


def _output(talk: Talk) -> str:
    ran = [one.text for one in talk.of(Kind.CODE) if one.ok]
    return ran[-1] if ran else ""


def answers(agent: str, expected: str) -> Check:
    """Say whether the last number of the agent's last words that hold one is this."""

    def check(talk: Talk) -> bool:
        found = [numbers(text) for text in talk.texts(agent)]
        last = [one for one in found if one][-1:]
        return bool(last) and last[0][-1] == Decimal(expected)

    return check


def names(agent: str, expected: Collection[str], others: Collection[str] = ()) -> Check:
    """Say whether the agent's last words that hold any of all these hold the expected ones and none of the others.

    Each is a pattern in lower case: what it names may be written in more than one way.
    """

    def check(talk: Talk) -> bool:
        texts = [_plain(text) for text in talk.texts(agent)]
        told = [text for text in texts if any(_holds(text, one) for one in (*expected, *others))]
        return (
            bool(told)
            and all(_holds(told[-1], one) for one in expected)
            and not any(_holds(told[-1], one) for one in others)
        )

    return check


def says_and_ends(agent: str, words: Collection[str], least: int = 1) -> Check:
    """Say whether the agent said at least so many of these words at once, and the chat then came to a proper end."""

    def check(talk: Talk) -> bool:
        texts = [_plain(text) for text in talk.texts(agent)]
        return talk.end is End.PROPER and any(sum(word in text for word in words) >= least for text in texts)

    return check


def _holds(text: str, pattern: str) -> bool:
    return re.search(rf"(?<![\w.-]){pattern}(?![\w-])", text) is not None


def _plain(text: str) -> str:
    return re.sub(r"[\s,*_`\\]+", " ", text).casefold()


def speak_first(people: Collection[str], *expected: str) -> Check:
    """Say whether these agents spoke first, in this order; people do not count."""
    return lambda talk: _speakers(talk, people)[: len(expected)] == list(expected)


def _speakers(talk: Talk, people: Collection[str]) -> list[str]:
    return [one.agent for one in talk.of(Kind.TEXT) if one.agent not in people]


def returns(tool: str, pattern: str, arguments: str = "") -> Check:
    """Say whether a call of this tool, with arguments of this pattern, returned a result of this pattern."""

    def check(talk: Talk) -> bool:
        return any(
            one.ok
            and one.title == tool
            and re.fullmatch(pattern, one.text.strip()) is not None
            and re.search(arguments, one.source) is not None
            for one in talk.of(Kind.TOOL)
        )

    return check


def called(talk: Talk, offered: Sequence[str]) -> bool:
    """Say whether a call of an offered tool with arguments that its schema allows was carried out."""
    return any(one.title in offered and _valid(one) for one in talk.of(Kind.TOOL))


def _valid(said: Said) -> bool:
    try:
        given: Any = json.loads(said.source or "{}")
    except ValueError:
        return False
    wanted = inspect.signature(tools.find(said.title)).parameters
    # All parameters of the tools on offer are texts; their schemas forbid no others beside them.
    return isinstance(given, dict) and all(
        isinstance(given.get(name, one.default), str) for name, one in wanted.items()
    )
