"""Counts what was lost and what was done twice, from what threads show and what the store holds. Pure but for reading.

A run is lost where a message that asked for one has none that ended, in the store or in its thread; it is duplicated
where a thread has more. A post is lost where its words, or a post that the store holds, stand in no message of its
thread; it is duplicated where they stand in more than one.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure

ENDED = "The run is completed"
MUCH = 10
"""Threads that are named of each kind of trouble."""
_ANSWER = re.compile(r"The answer to #(\d+)# is short\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the store holds of one conversation."""

    runs: tuple[str, ...] = ()
    """The status of each run."""
    posts: tuple[str, ...] = ()
    """The key of each post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message of the bot's in a thread."""

    text: str
    post: str | None
    """The key of the post that it carries, with the number of its part; empty: it carries none; None: the platform's
    messages carry nothing. Every post here is one message: then their numbers are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The four figures, each as the conversations in which it happened, as often as it did."""

    runs_lost: tuple[str, ...] = ()
    runs_duplicated: tuple[str, ...] = ()
    posts_lost: tuple[str, ...] = ()
    posts_duplicated: tuple[str, ...] = ()

    def __str__(self) -> str:
        names = ("runs_lost", "runs_duplicated", "posts_lost", "posts_duplicated")
        counts = ", ".join(f"{name} {len(getattr(self, name))}" for name in names)
        examples = [f"\n  {name}: {', '.join(getattr(self, name)[:MUCH])}" for name in names if getattr(self, name)]
        return counts + "".join(examples)

    def figures(self, name: str, yardstick: str, many: int) -> list[Figure]:
        """Return the four figures, of which each is to be 0."""
        values = {
            "runs_lost": self.runs_lost,
            "runs_duplicated": self.runs_duplicated,
            "posts_lost": self.posts_lost,
            "posts_duplicated": self.posts_duplicated,
        }
        return [
            Figure(
                name=f"{name}_{kind}",
                value=len(found),
                unit=kind.split("_")[0],
                goal="<= 0",
                yardstick=yardstick,
                yardstick_value=many,
            )
            for kind, found in values.items()
        ]


def answer_to(number: int) -> str:
    """Return the words that the model answers a message with."""
    return f"The answer to #{number}# is short."


def count(asked: Mapping[str, Sequence[int]], held: Mapping[str, Held], seen: Mapping[str, Sequence[Seen]]) -> Ledger:
    """Count, over the conversations that people began.

    Args:
        asked: The numbers that were said in each conversation; each is to become one run.
        held: What the store holds of each.
        seen: What the bot shows in each thread, those that nobody asked for included.
    """
    found: dict[str, list[str]] = {"runs_lost": [], "runs_duplicated": [], "posts_lost": [], "posts_duplicated": []}
    everywhere = Counter(int(each) for shown in seen.values() for one in shown for each in {*_ANSWER.findall(one.text)})
    for conversation, numbers in asked.items():
        ours, messages = held.get(conversation, Held()), seen.get(conversation, ())
        times = {
            "runs_lost": _runs_lost(numbers, ours, messages),
            "runs_duplicated": max(0, len(ours.runs) - len(numbers)),
            "posts_lost": _posts_lost(numbers, ours, messages),
            "posts_duplicated": _posts_duplicated(numbers, ours, messages, everywhere),
        }
        for name, many in times.items():
            found[name] += [conversation] * many
    return Ledger(**{name: tuple(conversations) for name, conversations in found.items()})


def _ends(messages: Sequence[Seen]) -> int:
    return sum(ENDED in message.text for message in messages)


def _runs_lost(numbers: Sequence[int], ours: Held, messages: Sequence[Seen]) -> int:
    return max(0, len(numbers) - min(ours.runs.count("completed"), _ends(messages)))


def _posts_lost(numbers: Sequence[int], ours: Held, messages: Sequence[Seen]) -> int:
    shown = {message.post.rpartition("#")[0] for message in messages if message.post is not None}
    by_key = sum(key not in shown for key in ours.posts)
    if any(message.post is None for message in messages):
        by_key = max(0, len(ours.posts) - len(messages))
    answers = sum(not any(answer_to(number) in message.text for message in messages) for number in numbers)
    return max(by_key, answers + max(0, len(numbers) - _ends(messages)))


def _posts_duplicated(
    numbers: Sequence[int], ours: Held, messages: Sequence[Seen], everywhere: Mapping[int, int]
) -> int:
    posts = Counter(message.post for message in messages if message.post)
    by_key = sum(times - 1 for times in posts.values())
    if any(message.post is None for message in messages):
        by_key = max(0, len(messages) - len(ours.posts))
    answers = sum(max(0, everywhere.get(number, 0) - 1) for number in numbers)
    return max(by_key, answers + max(0, _ends(messages) - len(numbers)))


def held_in(database: Path) -> dict[str, Held]:
    """Read what a store holds of each conversation."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        runs = connection.execute("SELECT conversation, status FROM runs").fetchall()
        posts = connection.execute("SELECT conversation, key FROM outbox").fetchall()
    statuses, keys = _grouped(runs), _grouped(posts)
    return {
        conversation: Held(runs=statuses.get(conversation, ()), posts=keys.get(conversation, ()))
        for conversation in statuses | keys
    }


def _grouped(rows: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, tuple[str, ...]] = {}
    for conversation, value in rows:
        grouped[conversation] = (*grouped.get(conversation, ()), value)
    return grouped
