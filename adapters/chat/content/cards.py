"""The content of cards: which items they show and how, what was decided, buttons, dates. Pure.

A card of an approval is made of the exact bytes that would run, by us alone. What a card cannot show whole is
attached whole as a file, and the card names the file and its sha256; nothing is cut in silence. What could be neither
shown nor attached, nobody may approve: the card says so and has no button for it. A closed card has no buttons. What
a platform adds is how all of this looks, and how much of it fits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.chat.content.facts import SHOWN_DIGEST, box, covers, mixed, who_decides
from adapters.chat.content.items import item_file, many_file
from adapters.chat.content.names import one_line
from adapters.chat.content.shown import Button, Card, Exact, Item, Limits, Many, Options
from adapters.chat.content.text_files import as_bytes, text_file
from adapters.chat.handling.about import Action
from adapters.text import visible
from bot.domain import ApprovalItem, Attachment, Decision, InputRequest, RequestKind, Verdict
from bot.texts import say

Placed = Callable[[Card], Iterable[tuple[Item, Exact]]]
"""Returns the items of a card with what there is room for."""


def card(request: InputRequest, sentence: str, language: str, limits: Limits, *, is_open: bool) -> Card:
    """Return the content of a request's card: open, decided in part, or closed."""
    answer = request.answer
    decided = request.decided if is_open or answer is None else answer.decisions
    maker = _Maker(request=request, language=language, limits=limits, decided=decided, is_open=is_open)
    approval, several = request.kind is RequestKind.APPROVAL, len(request.items) > limits.items
    chosen = answer.text if answer is not None and not is_open and request.kind is RequestKind.CHOICE else ""
    dated, at = (maker.until(), request.expires_at) if is_open else _decided(request)
    return Card(
        sentence=_waiting(request, language) or sentence if is_open else sentence,
        items=() if several or not approval else tuple(maker.items()),
        many=maker.many() if several and approval else None,
        options=maker.options() if is_open and request.kind is RequestKind.CHOICE else None,
        chosen=one_line(visible(chosen), 500),
        rows=maker.rows() if is_open else (),
        remarks=tuple(maker.remarks()),
        facts=maker.facts(),
        dated=dated,
        at=at,
    )


def _waiting(request: InputRequest, language: str) -> str:
    """Say what lets a run go on without words: in a chat nobody can send an empty answer, so a button stands for it."""
    if request.kind is not RequestKind.TEXT or not request.empty_runs:
        return ""
    button = say(f"chat_empty_{request.empty_runs}", language)
    return say(f"chat_ask_{request.empty_runs}", language, agent=request.speaker, button=button)


def files_of(
    request: InputRequest, shown: Iterable[tuple[Item, Exact]], language: str, limits: Limits, placed: Placed
) -> list[Attachment]:
    """Return the files that a card needs for its items and did not have at first.

    A verdict since may have taken an item's room: then its bytes are attached now.

    Args:
        request: The card's.
        shown: Its items, with what it shows of them.
        language: Of the card.
        limits: Of the platform.
        placed: Returns the items of any state of the card, with what that shows of them.
    """
    needed = [(item, code.file) for item, code in shown if code.file is not None]
    if not needed:
        return []
    first = card(replace(request, decided=(), answer=None), "", language, limits, is_open=True)
    before = {code.file.name for _, code in placed(first) if code.file is not None}
    return [file for item, file in needed if item.is_new or file.name not in before]


def _decided(request: InputRequest) -> tuple[str, datetime | None]:
    return ("{when}", request.answer.at) if request.answer is not None else ("", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """Makes the pieces of one card."""

    request: InputRequest
    language: str
    limits: Limits
    decided: Sequence[Decision | None]
    is_open: bool

    def items(self) -> Iterator[Item]:
        for number, item in enumerate(self.request.items, 1):
            yield self._item(number, item)

    def _item(self, number: int, item: ApprovalItem) -> Item:
        """Return an item: what it is, what was decided of it, and exactly what would run or runs."""
        decision = self._decision(number)
        written = decision.content if decision is not None else None
        content = self._content(number)
        digest = item.sha256 if written is None else hashlib.sha256(as_bytes(content)).hexdigest()
        name = self._say("chat_item_code" if item.kind == "code" else "chat_item_tool", title=visible(item.title))
        several = len(self.request.items) > 1
        return Item(
            heading=f"{number}. {name}" if several else name,
            verdict="" if decision is None or self._is_told(decision) else self._verdict(decision),
            digest=digest,
            content=content,
            language=item.title if item.kind == "code" else "json",
            file=item_file(item, number, digest, content),
            is_new=written is not None or self._is_first(),
            unseen=written is None and number in self.request.unseen,
            buttons=self._verdicts(item, number) if several and self.is_open and decision is None else (),
            proposed="" if written is None else self._say("card_proposed", digest=item.sha256[:SHOWN_DIGEST]),
        )

    def many(self) -> Many:
        file = many_file(self.request)
        facts = {"name": file.name, "sha256": hashlib.sha256(file.data).hexdigest()}
        text_id = "chat_unseen_items" if self.request.unseen else "chat_attached_items"
        sentence = self._say(text_id, count=len(self.request.items), **facts)
        decisions = [(number, self._decision(number)) for number in range(1, len(self.request.items) + 1)]
        said = [f"{number}. {self._verdict(decision)}" for number, decision in decisions if decision is not None]
        return Many(
            sentence=sentence, file=file if self._is_first() and not self.request.unseen else None, verdicts=tuple(said)
        )

    def until(self) -> str:
        """Return the line that says until when it is open and, of an approval, who may decide."""
        who = who_decides(self.request, self.language, self.limits.listed, self.limits.named)
        return self._say("card_open_until" if who else "chat_open_until", when="{when}", who=who)

    def remarks(self) -> Iterator[str]:
        """Yield what is to be known of the items before they are decided, or of what ran."""
        items = self.request.items
        if self.is_open:
            yield from dict.fromkeys(said for item in items if (said := covers(item, self.language)))
        contents = "\n".join(self._content(number) for number in range(1, len(items) + 1))
        if said := mixed(contents, self.limits.listed, self.language):
            yield said

    def facts(self) -> str:
        """Return what the box allows and holds: the same for all code of a message."""
        boxes = (box(item, self.language, self.limits.listed) for item in self.request.items)
        return next((said for said in boxes if said), "")

    def options(self) -> Options:
        """Return every option whole, and buttons: those have room for the beginning of an option only."""
        shown = [visible(choice) for choice in self.request.choices]
        lines = [f"{number}. {choice}" for number, choice in enumerate(shown, 1)]
        file = text_file("options.txt", "\n".join(lines))
        buttons = [Button(action=Action.CHOOSE, label=line, item=number) for number, line in enumerate(lines, 1)]
        return Options(
            whole=tuple(shown),
            sentence=self._say("chat_options_in_file", count=len(lines), name=file.name),
            file=file,
            buttons=tuple(buttons) if len(buttons) <= self.limits.options else (),
            menu=self._say("chat_choose") if len(buttons) > self.limits.buttons else "",
        )

    def rows(self) -> tuple[tuple[Button, ...], ...]:
        """Return the buttons about all of a request, in rows as they belong together."""
        items = self.request.items
        first = self._verdicts(items[0], 1) if len(items) == 1 else self._all() if items else ()
        last = (*self._empty_and_exit(), Button(action=Action.STOP, label=self._say("chat_stop")))
        return (first, last) if first else (last,)

    def _say(self, text_id: str, **facts: object) -> str:
        return say(text_id, self.language, **facts)

    def _decision(self, number: int) -> Decision | None:
        return self.decided[number - 1] if number <= len(self.decided) else None

    def _content(self, number: int) -> str:
        """Return what would run of an item, or what a person wrote instead."""
        decision = self._decision(number)
        written = decision.content if decision is not None else None
        return self.request.items[number - 1].content if written is None else written

    def _is_first(self) -> bool:
        """Whether this is what the card shows first."""
        return self.is_open and not any(self.decided)

    def _is_told(self, decision: Decision) -> bool:
        """Whether the card's own sentence says all of it: of the only item, with neither changes nor a reason."""
        return len(self.request.items) == 1 and decision.content is None and not decision.reason

    def _verdict(self, decision: Decision) -> str:
        if decision.verdict is Verdict.APPROVE:
            return self._say("chat_approved" if decision.content is None else "chat_approved_changed")
        if not decision.reason:
            return self._say("chat_rejected")
        reason, most = decision.reason, self.limits.reason
        return self._say(
            "chat_rejected_why", reason=visible(reason if len(reason) <= most else reason[: most - 1] + "…")
        )

    def _verdicts(self, item: ApprovalItem, number: int) -> tuple[Button, ...]:
        several = f" {number}" if len(self.request.items) > 1 else ""
        reject = Button(action=Action.REJECT, label=self._say("chat_reject") + several, item=number, style="danger")
        if number in self.request.unseen:
            return (reject,)
        approve = self._say("chat_approve") + several
        row = [Button(action=Action.APPROVE, label=approve, item=number, style="primary"), reject]
        # Where two people decide, what one wrote would be approved by nobody else.
        if item.kind == "code" and item.content and self.limits.editable(item.content) and not self.request.four_eyes:
            row.append(Button(action=Action.EDIT, label=self._say("chat_edit") + several, item=number))
        return tuple(row)

    def _all(self) -> tuple[Button, ...]:
        left = "rest" if any(self.decided) else "all"
        reject = Button(action=Action.REJECT, label=self._say(f"chat_reject_{left}"), style="danger")
        if any(self._decision(number) is None for number in self.request.unseen):
            return (reject,)
        return (Button(action=Action.APPROVE, label=self._say(f"chat_approve_{left}"), style="primary"), reject)

    def _empty_and_exit(self) -> Iterator[Button]:
        """Yield the buttons that answer with nothing, where that means something, and with `exit`."""
        request = self.request
        if request.kind is not RequestKind.APPROVAL and request.empty_runs:
            yield Button(action=Action.EMPTY, label=self._say(f"chat_empty_{request.empty_runs}"))
        if request.empty_runs != "end" and request.kind is not RequestKind.CHOICE:
            yield Button(action=Action.EXIT, label=self._say("chat_exit"))
