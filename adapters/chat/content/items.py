"""The items of an approval: what a card shows of each, and the files that hold what it does not show. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from adapters.chat.content.shown import Exact, Fits, Item, Limits
from adapters.chat.content.text_files import as_bytes, text_file
from adapters.text import visible
from bot.domain import ApprovalItem, Attachment, InputRequest
from bot.texts import say

_ENDINGS = {"python": "py", "py": "py", "sh": "sh", "bash": "sh", "shell": "sh", "javascript": "js", "json": "json"}
_MANY = "items-"
"""How the name of a file begins that holds all items; no item's own does."""


def exact(
    item: Item,
    language: str,
    limits: Limits,
    fits: Fits,
    *,
    attached: str = "chat_attached",
    unseen: str = "chat_unseen",
) -> Exact:
    """Return what a card shows of an item: all of it where it fits, else its beginning, else only where it is.

    Args:
        item: One of a card's.
        language: Of the card.
        limits: Of the platform.
        fits: Whether there is room for a text, and a way to show it exactly.
        attached: The sentence that says where all of it is; with `_begins` at its end where the beginning is shown.
        unseen: The same of one that is nowhere.
    """
    if not item.content:
        return Exact(text="", whole=True, sentence=say("chat_nothing", language))
    shown = visible(item.content)
    if len(shown) <= limits.shown and fits(shown):
        return Exact(text=shown, whole=True)
    content, file = item.content, item.file
    facts = {"count": len(content), "lines": content.count("\n") + 1, "name": file.name, "sha256": item.digest}
    beginning = _beginning(content, limits.beginning)
    text = beginning if fits(beginning) else ""
    text_id = unseen if item.unseen else attached
    sentence = say(f"{text_id}_begins" if text else text_id, language, **facts)
    return Exact(text=text, whole=False, sentence=sentence, file=None if item.unseen else file)


def open_items(request: InputRequest) -> tuple[int, ...]:
    """Return the numbers of the items that may still be approved."""
    decided = request.decided or (None,) * len(request.items)
    numbers = (number for number, decision in enumerate(decided, 1) if decision is None)
    return tuple(number for number in numbers if number not in request.unseen)


def items_in(request: InputRequest, names: Collection[str]) -> tuple[int, ...]:
    """Return the numbers of the items that may still be approved and whose bytes are in files of these names."""
    every = any(name.startswith(_MANY) for name in names)
    return tuple(
        number
        for number in open_items(request)
        if every or _file_name(request.items[number - 1], number, request.items[number - 1].sha256) in names
    )


def oversized(request: InputRequest, limits: Limits, most: int) -> tuple[int, ...]:
    """Return the numbers of the items that may still be approved and whose files have more than so many bytes."""
    if len(request.items) > limits.items:
        file = many_file(request)
        return open_items(request) if len(file.data) > most else ()
    return tuple(number for number in open_items(request) if len(as_bytes(request.items[number - 1].content)) > most)


def many_file(request: InputRequest) -> Attachment:
    """Return the file that holds all items, where they are too many to show."""
    lines = []
    for number, item in enumerate(request.items, 1):
        lines.append(f"{number}. {visible(item.kind)}, {visible(item.title)}, sha256 {item.sha256}")
        lines += [f"| {line}" for line in visible(item.content).split("\n")]
    data = as_bytes("\n".join(lines))
    return Attachment(name=f"{_MANY}{hashlib.sha256(data).hexdigest()[:8]}.txt", media_type="text/plain", data=data)


def item_file(item: ApprovalItem, number: int, digest: str, content: str) -> Attachment:
    """Return the file that holds an item's content, as it was asked for or as a person wrote it; it has this digest."""
    return text_file(_file_name(item, number, digest), content)


def _beginning(content: str, most: int) -> str:
    """Return the first whole lines of a text, or of its one long line what does not end in half a notation."""
    shown = visible(content[: 2 * most])[:most]
    return shown.rpartition("\n")[0] or shown.rpartition("⟦")[0] or shown


def _file_name(item: ApprovalItem, number: int, digest: str) -> str:
    ending = _ENDINGS.get(item.title.lower(), "txt") if item.kind == "code" else "json"
    return f"{'code' if item.kind == 'code' else 'tool'}-{number}-{digest[:8]}.{ending}"
