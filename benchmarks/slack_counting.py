"""Counts what was lost and what was done twice, from what threads show and what the store holds. Pure but for reading.

A run is lost where a message that asked for one has none that ended, in the store or in its thread; it is duplicated
where a thread has more. A post is lost where its words, or a post that the store holds, stand in no message of its
thread; it is duplicated where they stand in more than one.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from adapters.slack.ids import POST_METADATA
from tests.slack_server import Channel, Message

ENDED = "The run is completed"
MUCH = 10
"""Threads that are named of each kind of trouble."""


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
    post: str
    """The key of the post that it carries, with the number of its part; empty: it carries none."""


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


def answer_to(number: int) -> str:
    """Return the words that the model answers a message with."""
    return f"The answer to #{number}# is short."


def count(asked: Mapping[str, int], held: Mapping[str, Held], seen: Mapping[str, Iterable[Seen]]) -> Ledger:
    """Count, over the conversations that people began.

    Args:
        asked: The number with which each conversation was begun, by one message each.
        held: What the store holds of each.
        seen: What the bot shows in each thread.
    """
    found: dict[str, list[str]] = {"runs_lost": [], "runs_duplicated": [], "posts_lost": [], "posts_duplicated": []}
    for conversation, number in asked.items():
        ours, messages = held.get(conversation, Held()), [*seen.get(conversation, ())]
        times = {
            "runs_lost": _runs_lost(ours, messages),
            "runs_duplicated": max(0, len(ours.runs) - 1),
            "posts_lost": _posts_lost(number, ours, messages),
            "posts_duplicated": _posts_duplicated(number, messages),
        }
        for name, many in times.items():
            found[name] += [conversation] * many
    return Ledger(**{name: tuple(conversations) for name, conversations in found.items()})


def _runs_lost(ours: Held, messages: list[Seen]) -> int:
    return int("completed" not in ours.runs or not any(ENDED in message.text for message in messages))


def _posts_lost(number: int, ours: Held, messages: list[Seen]) -> int:
    shown = {message.post.rpartition("#")[0] for message in messages}
    by_key = sum(key not in shown for key in ours.posts)
    by_words = sum(not any(words in message.text for message in messages) for words in (answer_to(number), ENDED))
    return max(by_key, by_words)


def _posts_duplicated(number: int, messages: list[Seen]) -> int:
    posts = Counter(message.post for message in messages if message.post)
    by_key = sum(times - 1 for times in posts.values())
    by_words = 0
    for words in (answer_to(number), ENDED):
        by_words += max(0, sum(words in message.text for message in messages) - 1)
    return max(by_key, by_words)


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


def seen_in(channels: Iterable[Channel]) -> dict[str, list[Seen]]:
    """Return what the bot shows in each thread of these channels."""
    shown: dict[str, list[Seen]] = {}
    for channel in channels:
        bot = channel.workspace.bot.user.id
        for message in channel.messages.values():
            if message.user == bot:
                conversation = f"slack:{channel.workspace.id}:{channel.id}:{message.root}"
                shown.setdefault(conversation, []).append(_seen(message))
    return shown


def _seen(message: Message) -> Seen:
    mark = message.metadata or {}
    payload = mark.get("event_payload") or {}
    carried = mark.get("event_type") == POST_METADATA
    return Seen(text=f"{message.text}\n{message.blocks}", post=f"{payload['key']}#{payload['part']}" if carried else "")
