"""Input requests as cards: open, decided in part, closed. Pure.

What they say is made in adapters/chat/content/cards.py; here it becomes blocks, as far as there is room for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from adapters.chat.content import cards
from adapters.chat.content.facts import BETWEEN, SHOWN_DIGEST
from adapters.chat.content.items import exact
from adapters.chat.content.names import one_line
from adapters.chat.content.shown import Button, Card, Exact, Item, Limits, Options
from adapters.chat.handling.about import Action
from adapters.slack import ids
from adapters.slack.rendering.blocks import dated, plain, preformatted, prose, rich, room, section, small, spoken, words
from adapters.slack.rendering.blocks import text as piece
from adapters.slack.rendering.modals import is_editable
from adapters.slack.rendering.parts import Rendered, message
from bot.domain import Attachment, InputRequest, Json

MOST_ITEMS = 6
CARD_ROOM = 12_000
"""Of a card's blocks as JSON, its buttons included."""
_SENTENCE_ROOM = 900
"""What is kept for the card's sentence, so that an item has the same room in each of the card's states."""
_ITEM_ROOM = 1_300
"""What an item takes at least: its name, where its file is, its buttons."""
_MOST_HEADING = 150
_VERDICT_ROOM, _VERDICTS_ROOM = 800, 4_000
"""Of an item's verdict, and of all together where the items are too many to show, as JSON."""
_LIMITS = Limits(shown=3_000, items=MOST_ITEMS, buttons=5, options=100, editable=is_editable)
_ACTIONS = {
    Action.APPROVE: ids.APPROVE,
    Action.REJECT: ids.REJECT,
    Action.EDIT: ids.EDIT,
    Action.STOP: ids.STOP,
    Action.CHOOSE: ids.CHOOSE,
    Action.EMPTY: ids.EMPTY,
    Action.EXIT: ids.EXIT,
}


def open_card(request: InputRequest, sentence: str, language: str) -> Rendered:
    """Return the card of an open request, or of one of which some items are decided."""
    return _face(request, cards.card(request, sentence, language, _LIMITS, is_open=True), language)


def closed_card(request: InputRequest, sentence: str, language: str) -> Rendered:
    """Return the card after the decision, the expiry or the cancellation: who, what and when."""
    return _face(request, cards.card(request, sentence, language, _LIMITS, is_open=False), language)


def _face(request: InputRequest, card: Card, language: str) -> Rendered:
    face = _Face(request=request, language=language, blocks=words(card.sentence))
    if card.many is not None:
        face.attach(card.many.file)
        face.blocks += words(card.many.sentence)
        if card.many.verdicts:
            face.blocks.append(rich([section(_within("\n".join(card.many.verdicts), _VERDICTS_ROOM))]))
    placed = list(_placed(request, card, language))
    for item, code in placed:
        face.blocks += _item_blocks(request, card, item, code)
    face.blocks += _facts_of_all(card)
    face.files += cards.files_of(request, placed, language, _LIMITS, lambda state: _placed(request, state, language))
    if card.options is not None:
        _put_options(face, card.options)
    if card.chosen:
        face.blocks.append(rich([section([piece(card.chosen, bold=True)])]))
    for row in card.rows:
        _put_row(face, [_button(request, each) for each in row])
    if card.at is not None:
        face.blocks.append(dated(card.dated, card.at))
    return Rendered(parts=(message(face.blocks, text=card.sentence),), files=tuple(face.files))


@dataclass(slots=True, kw_only=True)
class _Face:
    """A card as it is written."""

    request: InputRequest
    language: str
    blocks: list[Json]
    files: list[Attachment] = field(default_factory=list)

    def attach(self, file: Attachment | None) -> None:
        if file is not None:
            self.files.append(file)


def _placed(request: InputRequest, card: Card, language: str) -> Iterator[tuple[Item, Exact]]:
    """Yield each item with what is shown of it; what the items after it and the last rows need is kept."""
    left = CARD_ROOM - max(_SENTENCE_ROOM, room(words(card.sentence)))
    for number, item in enumerate(card.items, 1):
        spare = left - _ITEM_ROOM * (len(card.items) - number + 2)
        code = exact(item, language, _LIMITS, partial(_fits, item.language, spare))
        left -= room(_item_blocks(request, card, item, code))
        yield item, code


def _within(said: str, most: int) -> list[Json]:
    """Return words as rich text, their end left off, visibly, where they take too much room."""
    pieces, kept = prose(said), len(said)
    while room([rich(pieces)]) > most:
        kept //= 2
        pieces = prose(said[:kept].rstrip() + "…")
    return pieces


def _fits(language: str, spare: int, text: str) -> bool:
    return room([rich([preformatted(text, language)])]) <= spare


def _item_blocks(request: InputRequest, card: Card, item: Item, code: Exact) -> list[Json]:
    """Return an item: what it is, what was decided of it, what is shown of it, the facts, its buttons."""
    head = [piece(one_line(item.heading, _MOST_HEADING), bold=True)]
    if item.verdict:
        head += [piece("\n"), *_within(item.verdict, _VERDICT_ROOM)]
    elements = [section(head)]
    if code.sentence:
        elements.append(section(spoken(code.sentence) if item.content else [piece(code.sentence, italic=True)]))
    if code.text:
        elements.append(preformatted(code.text, item.language if code.whole else ""))
    if code.text and not code.whole:
        elements.append(section([piece("…")]))
    if len(card.items) == 1:
        elements += [section(spoken(said)) for said in card.remarks]
    row = [_button(request, each) for each in item.buttons]
    return [rich(elements), *_facts(card, item, code), *([{"type": "actions", "elements": row}] if row else [])]


def _facts_of_all(card: Card) -> list[Json]:
    """Return what holds for all of several items, below them."""
    if len(card.items) == 1:
        return []
    remarks = [rich([section(spoken(said))]) for said in card.remarks]
    return [*remarks, small(card.facts)] if card.facts else remarks


def _facts(card: Card, item: Item, code: Exact) -> list[Json]:
    """Return the small line below an item; where the whole is attached, the sentence has the whole digest."""
    digest = f"sha256 {item.digest[:SHOWN_DIGEST]}" if code.whole else ""
    facts = [card.facts if len(card.items) == 1 else "", digest, item.proposed]
    line = BETWEEN.join(each for each in facts if each)
    return [small(line)] if line else []


def _put_options(face: _Face, options: Options) -> None:
    """Show every option whole, then the buttons or the menu: those have room for the beginning of an option only."""
    shown = [section([piece(choice)]) for choice in options.whole]
    listed = rich([{"type": "rich_text_list", "style": "ordered", "indent": 0, "elements": shown}])
    if room([*face.blocks, listed]) <= CARD_ROOM // 3:
        face.blocks.append(listed)
    else:
        face.attach(options.file)
        face.blocks.append(small(options.sentence))
    if options.menu:
        _put_row(face, [_menu(face.request, options)] if options.buttons else [])
    else:
        _put_row(face, [_button(face.request, each) for each in options.buttons])


def _menu(request: InputRequest, options: Options) -> Json:
    entries = [
        {"text": plain(each.label, 75), "value": ids.button_value(request, each.item)} for each in options.buttons
    ]
    placeholder = plain(options.menu, 150)
    return {"type": "static_select", "action_id": ids.CHOOSE, "placeholder": placeholder, "options": entries}


def _button(request: InputRequest, about: Button) -> Json:
    """Return a button; its value says what it is about, and nothing else."""
    action = _ACTIONS[about.action]
    made: Json = {
        "type": "button",
        "action_id": f"{action}_{about.item}" if about.action is Action.CHOOSE else action,
        "text": plain(about.label, 75),
        "value": ids.button_value(request, about.item),
    }
    return {**made, "style": about.style} if about.style else made


def _put_row(face: _Face, elements: Sequence[Json]) -> None:
    """Add a row of buttons, to the row before it where there is one and no item between them."""
    if face.blocks[-1]["type"] == "actions" and len(face.request.items) <= 1:
        face.blocks[-1]["elements"] += elements
    elif elements:
        face.blocks.append({"type": "actions", "elements": list(elements)})
