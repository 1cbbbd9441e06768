"""What of a history stays as it was said when it gets too long, and in which order the rest goes: pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from agents.models.counting import Message, message_tokens, text_tokens

NEWEST = 2
"""Messages, a tool call with its results being one, that are the newest exchange."""
OUTPUT = "exitcode: "
"""How AutoGen begins the output of code."""
_CODE = re.compile(r"^[ \t]*(```|~~~)", re.MULTILINE)
_LEAST = 120
"""Tokens that are left of a message out of whose middle something is cut."""


class Rank(IntEnum):
    """What goes first, when a history is too long; within a rank, the oldest."""

    TURN = 0
    """What agents and tools said."""
    WORDS = 1
    """What people said."""
    CODE = 2
    """The newest code, and its output."""
    STAYS = 3
    """System messages, the task, a summary, and the newest exchange."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What of a history is known to matter, as its messages say it."""

    task: str = ""
    """What the run was begun with; where no message says it, the first one is the task."""
    words: Collection[str] = ()
    """What people said."""
    summary: str = ""
    """What stands for messages that are left out already."""


NOTHING = Kept()
"""Of a history of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Messages that stay or go together: one, or a tool call with its results."""

    start: int
    stop: int
    rank: Rank
    tokens: int


def units_of(
    messages: Sequence[Message], kept: Kept = NOTHING, *, count: Callable[[Message], int] = message_tokens
) -> list[Unit]:
    """Return what stays or goes together, in order.

    Args:
        messages: The history.
        kept: What is known to matter.
        count: Estimates a message's tokens.
    """
    spans = _spans(messages)
    texts = [plain(messages[start].get("content")) for start, _ in spans]
    ranks = [Rank.WORDS if text in kept.words else Rank.TURN for text in texts]
    for at in _newest_code(["" if text == kept.summary else text for text in texts]):
        ranks[at] = Rank.CODE
    for at in _stays(messages, spans, texts, kept):
        ranks[at] = Rank.STAYS
    return [
        Unit(start, stop, rank, sum(map(count, messages[start:stop])))
        for (start, stop), rank in zip(spans, ranks, strict=True)
    ]


def place_of_task(messages: Sequence[Message], task: str) -> int | None:
    """Return the place of the task; None: nothing is said."""
    said = [(at, plain(each.get("content"))) for at, each in enumerate(messages) if each.get("role") != "system"]
    return _task_among(said, task)


def without(messages: Sequence[Message], gone: Collection[int]) -> list[Message]:
    """Return the messages but for those at these places."""
    return [message for at, message in enumerate(messages) if at not in gone]


def plain(content: Any) -> str:
    """Return a content's text; images are none."""
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict) and "text" in part)
    return "" if content is None else str(content)


def cut(text: str, tokens: float) -> str:
    """Return a text of about so many tokens: its beginning and its end, with a word on what is missing between."""
    whole = text_tokens(text)
    if whole <= tokens:
        return text
    kept = max(0, int(len(text) * max(tokens - 20, 0) / whole))
    head, tail = kept - kept // 3, kept // 3
    left_out = len(text) - head - tail
    return f"{text[:head]}\n[{left_out} characters are left out here]\n{text[len(text) - tail :]}"


def shortened(messages: Sequence[Message], over: float, *, but: Collection[int]) -> tuple[list[Message], float]:
    """Cut the middle out of the longest messages; return them, and how many tokens there still are too many.

    Args:
        messages: What would be sent.
        over: How many tokens there are too many.
        but: Places of messages that are left as they are.
    """
    made = list(messages)
    sizes = {at: text_tokens(str(each["content"])) for at, each in enumerate(made) if at not in but and _is_text(each)}
    for at, size in sorted(sizes.items(), key=lambda one: -one[1]):
        if over <= 0 or size <= _LEAST:
            break
        text = cut(str(made[at]["content"]), max(_LEAST, size - over))
        made[at] = {**made[at], "content": text}
        over -= size - text_tokens(text)
    return made, max(0.0, over)


def _is_text(message: Message) -> bool:
    return message.get("role") != "system" and isinstance(message.get("content"), str)


def _spans(messages: Sequence[Message]) -> list[tuple[int, int]]:
    """Group each message with the tool responses that follow it."""
    spans: list[tuple[int, int]] = []
    for at, message in enumerate(messages):
        if message.get("role") in ("tool", "function") and spans:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans


def _newest_code(texts: Sequence[str]) -> list[int]:
    """Return the places of the newest code, of the newest that was run, and of its output."""
    with_code = [at for at, text in enumerate(texts) if _has_code(text)]
    outputs = [at for at, text in enumerate(texts) if text.startswith(OUTPUT)]
    newest = with_code[-1:]
    if outputs:
        newest += [outputs[-1], *[at for at in with_code if at < outputs[-1]][-1:]]
    return newest


def _has_code(text: str) -> bool:
    # Most texts have no fence at all, and need no look at each of their lines.
    return ("```" in text or "~~~" in text) and _CODE.search(text) is not None


def _stays(
    messages: Sequence[Message], spans: Sequence[tuple[int, int]], texts: Sequence[str], kept: Kept
) -> list[int]:
    systems = [at for at, (start, _) in enumerate(spans) if messages[start].get("role") == "system"]
    said = [(at, text) for at, text in enumerate(texts) if messages[spans[at][0]].get("role") != "system"]
    summaries = [at for at, text in said if kept.summary and text == kept.summary]
    task = _task_among(said, kept.task)
    return [*systems, *summaries, *([] if task is None else [task]), *(at for at, _ in said[-NEWEST:])]


def _task_among(said: Sequence[tuple[int, str]], task: str) -> int | None:
    """Return the place of the task among what is said; of one that is said several times, the latest."""
    # With summaries of chats before it, the task begins its message.
    for is_it in (task.__eq__, lambda text: text.startswith(f"{task}\n")):
        if task and (found := [at for at, text in said if is_it(text)]):
            return found[-1]
    return said[0][0] if said else None
