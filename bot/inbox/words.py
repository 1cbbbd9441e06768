"""The few words that the bot knows: exit, options, approve and reject. Pure.

Case, surrounding space and full-width forms don't matter. Whatever is not exactly one of these words is not
guessed: above all, nothing but an approval's own words approves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from bot.domain import Decision, Verdict

EXIT = frozenset({"exit", "退出"})
_APPROVE = ("approve", "批准", "同意")
_REJECT = ("reject", "拒绝")
_VERDICT = re.compile(
    rf"(?P<approve>{'|'.join(_APPROVE)})|(?P<reject>{'|'.join(_REJECT)})",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(?:\d+\s*(?:[,，、]\s*|\s+|$))+|\d+(?=[^\d\w.]|[^\x00-\x7f])")
_NUMBER_ALONE = re.compile(r"\d+[.)。、]?")
_VERDICT_ALONE = re.compile(rf"(?:{'|'.join(_APPROVE + _REJECT)})[\s\d,，、.。!:]*")
_ORDER = tuple[Verdict, tuple[int, ...], str]

Decided = tuple[Decision | None, ...]
"""A verdict or None for each item of an approval, in order."""


def plain(text: str) -> str:
    """Return the text as words are compared: without surrounding space, case and full-width forms."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def spoken(text: str) -> str:
    """Return a free text answer: trimmed, and `exit` whichever way that was written."""
    return "exit" if plain(text) in EXIT else text.strip()


def is_number(text: str) -> bool:
    """Say whether a text is nothing but a number, as a choice is written."""
    return _NUMBER_ALONE.fullmatch(plain(text)) is not None


def is_verdict(text: str) -> bool:
    """Say whether a text is nothing but a verdict, with or without items' numbers: it means nothing elsewhere."""
    return _VERDICT_ALONE.fullmatch(plain(text)) is not None


def begins_verdict(text: str) -> bool:
    """Say whether a text begins with a verdict's word: it is meant for an approval, whatever follows."""
    return _VERDICT.match(plain(text)) is not None


def own_words(text: str) -> str:
    """Return a text without the lines that it quotes: as platforms show them, and as adapters mark what is forwarded.

    Three of the signs quote all that follows.
    """
    lines = text.strip().splitlines()
    end = next((place for place, line in enumerate(lines) if line.lstrip().startswith(">>>")), len(lines))
    return "\n".join(line for line in lines[:end] if not line.lstrip().startswith(">")).strip()


def option(text: str, choices: Sequence[str]) -> str | None:
    """Return the option that is meant by its words or its number from 1, or None."""
    words = plain(text)
    for choice in choices:
        if plain(choice) == words:
            return choice
    number = words.rstrip(".)、。")
    if number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= len(choices) and len(number) < 10:
        return choices[int(number) - 1]
    return None


def verdicts(text: str, decided: Decided) -> Decided | None:
    """Add what the text decides to what is decided; None when it is not made of an approval's own words.

    An item that is decided stays as it is. A verdict without a number is about all items that are left.
    """
    result: list[Decision | None] = [None] * len(decided)
    orders = list(_orders(text, len(decided)))
    if not orders or None in orders:
        return None
    for order in orders:
        assert order is not None
        verdict, numbers, reason = order
        for number in numbers or range(1, len(decided) + 1):
            if result[number - 1] is not None:
                return None
            result[number - 1] = Decision(verdict=verdict, reason=reason)
    return tuple(before or after for before, after in zip(decided, result, strict=True))


def _orders(text: str, count: int) -> Iterator[_ORDER | None]:
    """Yield each line's verdict, its items and its reason; None where a line is none."""
    for line in _joined(text.strip().splitlines()):
        yield _order(unicodedata.normalize("NFKC", line).strip(), count)


def _joined(lines: list[str]) -> Iterator[str]:
    """Yield one text per verdict: lines that begin with none go on with the one before."""
    whole: list[str] = []
    for line in lines:
        if whole and _VERDICT.match(unicodedata.normalize("NFKC", line).strip()):
            yield "\n".join(whole)
            whole = []
        whole.append(line)
    if whole:
        yield "\n".join(whole)


def _order(line: str, count: int) -> _ORDER | None:
    found = _VERDICT.match(line)
    if found is None:
        return None
    rest = line[found.end() :]
    if found.group().isascii() and rest[:1].isalnum() and not rest[0].isdigit() and rest[0].isascii():
        return None
    rest = rest.strip(" \t:,，、.。!")
    numbers, reason = _numbers(rest, count)
    if any(not 1 <= number <= count for number in numbers) or len(set(numbers)) < len(numbers):
        return None
    if found.group("approve"):
        return None if reason else (Verdict.APPROVE, numbers, "")
    return Verdict.REJECT, numbers, reason.strip()


def _numbers(rest: str, count: int) -> tuple[tuple[int, ...], str]:
    """Split leading item numbers from a reason; with a single item a number is part of the reason."""
    found = _NUMBERS.match(rest)
    if found is None or (count == 1 and rest.strip() != "1"):
        return (), rest
    return tuple(int(number[:9]) for number in re.findall(r"\d+", found.group())), rest[found.end() :].strip(" :,，、")
