"""Input requests as cards: open, decided in part, closed. Pure.

What they say is made in adapters/chat/content/cards.py; here it becomes one message. What would run is shown in
a fence, exactly, or attached whole: a fence's own mark in it, or too little room, and the card names the file instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from adapters.chat.content import cards, items
from adapters.chat.content.facts import BETWEEN, SHOWN_DIGEST
from adapters.chat.content.shown import Card, Exact, Item, Limits, Options
from adapters.discord.rendering.forms import is_editable
from adapters.discord.rendering.inert import FENCE, escaped, exact, fence, is_fence_safe, plain, small
from adapters.discord.rendering.markdown import spoken
from adapters.discord.rendering.names import named
from adapters.discord.rendering.packing import ROOM, with_files
from adapters.discord.rendering.parts import LARGEST_FILE, MOST_IN_ROW, MOST_MENU, Part, size
from adapters.discord.rendering.rows import rows_of
from adapters.text import visible
from bot.domain import Attachment, InputRequest
from bot.texts import CATALOGUE

MOST_ITEMS = 4
"""Each has a row of buttons, and a message takes five."""
_LIMITS = Limits(
    shown=ROOM,
    items=MOST_ITEMS,
    buttons=MOST_IN_ROW,
    options=4 * MOST_MENU,
    editable=is_editable,
    beginning=400,
    reason=100,
    listed=60,
    named=named,
)
_SENTENCE, _HEADING, _VERDICT = 300, 60, 80
"""Room that each takes at most: so the least that a card of four items needs always fits."""
_ITEM = _HEADING + _VERDICT + 170
"""What one of several items takes at least in any state: where its file is, and what was proposed instead."""
_MIXED = 180
"""What the remark on alphabets takes, which what a person writes may call for later."""
_VERDICTS, _OPTIONS, _CHOSEN = 600, 700, 600
ENDED = " ⏎"
"""Beside a digest: a line end is the last of what it is made of."""


def card_of(request: InputRequest, sentence: str, language: str, *, is_open: bool) -> tuple[Part, ...]:
    """Return the card of a request: its first part is the card, others hold only files that it has no room for."""
    limits = _limits(request)
    card = cards.card(request, sentence, language, limits, is_open=is_open)
    face = _Face()
    face.put(_within(card.sentence, _SENTENCE, spoken))
    _put_many(face, card)
    placed = list(_placed(card, language))
    for item, code in placed:
        for line in [*_head(item), *_body(card, item, code)]:
            face.put(line)
    for line in _last(card):
        face.put(line)
    face.files += cards.files_of(request, placed, language, limits, lambda state: _placed(state, language))
    if card.options is not None:
        _put_options(face, card.options)
    if card.chosen:
        face.put(f"**{_within(card.chosen, _CHOSEN, escaped)}**")
    face.put(_dated(card))
    part = Part(content="\n".join(face.lines), rows=tuple(rows_of(request, card)))
    return with_files([part], face.files, language)


def too_large(request: InputRequest) -> tuple[int, ...]:
    """Return the numbers of the items that may still be approved, and that no message could show nor hold as a file."""
    return items.oversized(request, _limits(request), LARGEST_FILE)


def _limits(request: InputRequest) -> Limits:
    """Return what a card holds: of several items none, where what is to be said of them leaves no room for all.

    The same in every state of the card, and in every language.
    """
    if len(request.items) <= 1:
        return _LIMITS
    first = replace(request, decided=(), answer=None)
    shown = [cards.card(first, "", language, _LIMITS, is_open=True) for language in CATALOGUE]
    said = max(_lines_size([*_last(card), _dated(card)]) for card in shown)
    taken = _SENTENCE + said + _MIXED + _ITEM * len(request.items)
    return _LIMITS if taken <= ROOM else replace(_LIMITS, items=0)


def _placed(card: Card, language: str) -> Iterator[tuple[Item, Exact]]:
    """Yield each item with what is shown of it; what the items after it need at least is kept."""
    left = ROOM - _SENTENCE - _lines_size([*_last(card), _dated(card)])
    for number, item in enumerate(card.items, 1):
        later = sum(_least(card, each, language) for each in card.items[number:])
        code = _shown(card, item, language, left - later - _lines_size(_head(item)))
        left -= _lines_size([*_head(item), *_body(card, item, code)])
        yield item, code


def _lines_size(lines: Iterable[str]) -> int:
    return sum(size(line) + 1 for line in lines)


@dataclass(slots=True, kw_only=True)
class _Face:
    """A card as it is written."""

    lines: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)

    def put(self, line: str) -> None:
        if line:
            self.lines.append(line)


def _within(text: str, limit: int, shown_as: Callable[[str], str]) -> str:
    """Return a text as it is shown, its end left off, visibly, where there is no room for it."""
    shown, kept = shown_as(text), len(text)
    while size(shown) > limit:
        kept -= max(1, (size(shown) - limit) // 2)
        shown = shown_as(text[:kept].rstrip() + "…")
    return shown


def _put_many(face: _Face, card: Card) -> None:
    if card.many is not None:
        face.files += [card.many.file] if card.many.file else []
        face.put(spoken(card.many.sentence))
        left = ROOM - _lines_size([*face.lines, *_last(card), _dated(card)]) - 1
        face.put(_within("\n".join(card.many.verdicts), min(_VERDICTS, left), plain) if card.many.verdicts else "")


def _shown(card: Card, item: Item, language: str, room: int) -> Exact:
    """Return what is shown of an item in so much room, its head not counted: exactly this, or where all of it is."""
    whole = visible(item.content)
    facts = [*map(spoken, card.remarks if len(card.items) == 1 else ()), _facts(card, item, whole)]
    attached, unseen = _sentences(card, whole)

    def fits(text: str) -> bool:
        beside = 0 if text == whole else size(spoken(begins)) + len("\n…\n")
        return is_fence_safe(text) and size(_fenced(item, text)) + 1 + beside + _lines_size(facts) <= room

    begun = items.exact(item, language, _LIMITS, lambda text: text != whole, attached=attached, unseen=unseen)
    begins = begun.sentence
    return items.exact(item, language, _LIMITS, fits, attached=attached, unseen=unseen)


def _sentences(card: Card, whole: str) -> tuple[str, str]:
    """Return which sentences say where all of an item is: short ones where there are several."""
    if len(card.items) > 1:
        return "card_attached", "card_unseen"
    # A short program may be attached for the signs in it alone; then it is not too long.
    return "discord_attached" if FENCE in whole else "chat_attached", "chat_unseen"


def _head(item: Item) -> list[str]:
    head = [f"**{_within(item.heading, _HEADING, escaped)}**"]
    if item.verdict:
        head.append(_within(" ".join(item.verdict.split()), _VERDICT, plain))
    return head


def _body(card: Card, item: Item, code: Exact) -> Iterator[str]:
    """Yield an item's lines: where the whole is, what is shown of it, the facts."""
    if code.sentence:
        yield spoken(code.sentence)
    if code.text:
        yield _fenced(item, code.text) if code.whole else f"{_fenced(item, code.text)}\n…"
    if len(card.items) == 1:
        yield from map(spoken, card.remarks)
    if line := _facts(card, item, code.text if code.whole else None):
        yield line


def _facts(card: Card, item: Item, shown: str | None) -> str:
    """Return the small line below an item; where the whole is attached, the sentence has the whole digest.

    Args:
        card: The item's.
        item: One of a card's.
        shown: The whole of it, where the card shows that.
    """
    ended = ENDED if shown is not None and shown.endswith("\n") else ""
    digest = f"sha256 {item.digest[:SHOWN_DIGEST]}{ended}" if shown is not None else ""
    facts = [card.facts if len(card.items) == 1 else "", digest, item.proposed]
    line = BETWEEN.join(each for each in facts if each)
    return small(line) if line else ""


def _last(card: Card) -> list[str]:
    """Return what holds for all of several items, below them."""
    if len(card.items) == 1:
        return []
    remarks = [spoken(said) for said in card.remarks]
    return [*remarks, small(card.facts)] if card.facts else remarks


def _dated(card: Card) -> str:
    return f"-# {card.dated.replace('{when}', f'<t:{int(card.at.timestamp())}:f>')}" if card.at is not None else ""


def _fenced(item: Item, text: str) -> str:
    return fence(exact(text), item.language)


def _least(card: Card, item: Item, language: str) -> int:
    """Return the room that an item needs at least."""
    codes = (_shown(card, item, language, room) for room in (0, ROOM))
    return min(_lines_size([*_head(item), *_body(card, item, code)]) for code in codes)


def _put_options(face: _Face, options: Options) -> None:
    """Show every option whole, or in a file: buttons and menus have room for the beginning of an option only."""
    listed = "\n".join(f"{number}. {_indented(option)}" for number, option in enumerate(options.whole, 1))
    if size(listed) <= _OPTIONS:
        face.put(listed)
    else:
        face.files.append(options.file)
        face.put(small(options.sentence))


def _indented(option: str) -> str:
    return plain(option).replace("\n", "\n   ")
