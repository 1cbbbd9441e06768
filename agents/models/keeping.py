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
    """System messages, the task, and the newest exchange."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Messages that stay or go together: one, or a tool call with its results."""

    start: int
    stop: int
    rank: Rank
    tokens: int


def units_of(
    messages: Sequence[Message],
    *,
    task: str = "",
    words: Collection[str] = (),
    count: Callable[[Message], int] = message_tokens,
) -> list[Unit]:
    """Return what stays or goes together, in order.

    Args:
        messages: The history.
        task: What the run was begun with; the first message is the task where this is nowhere, or empty.
        words: What people said.
        count: Estimates a message's tokens.
    """
    spans = _spans(messages)
    texts = [plain(messages[start].get("content")) for start, _ in spans]
    ranks = [Rank.WORDS if text in words else Rank.TURN for text in texts]
    for at in _newest_code(texts):
        ranks[at] = Rank.CODE
    for at in _stays(messages, spans, texts, task):
        ranks[at] = Rank.STAYS
    return [
        Unit(start, stop, rank, sum(map(count, messages[start:stop])))
        for (start, stop), rank in zip(spans, ranks, strict=True)
    ]


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


def _stays(messages: Sequence[Message], spans: Sequence[tuple[int, int]], texts: Sequence[str], task: str) -> list[int]:
    systems = [at for at, (start, _) in enumerate(spans) if messages[start].get("role") == "system"]
    said = [at for at in range(len(spans)) if at not in systems]
    # With summaries of chats before it, the task begins its message.
    tasks = [at for at in said if task and (texts[at] == task or texts[at].startswith(f"{task}\n"))]
    return [*systems, *(tasks or said[:1]), *said[-NEWEST:]]
