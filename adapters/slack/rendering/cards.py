"""Input requests as cards: open, decided in part, closed. Pure.

An approval's card is made of the exact bytes that would run, by us alone. What it cannot show whole is attached whole
as a file, and the card names the file and its sha256; nothing is cut in silence. A closed card has no buttons.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.slack import ids
from adapters.slack.rendering.blocks import dated, plain, preformatted, prose, rich, room, section, small, spoken, words
from adapters.slack.rendering.blocks import text as piece
from adapters.slack.rendering.inert import one_line
from adapters.slack.rendering.parts import Rendered, as_bytes, message
from adapters.text import visible
from bot.domain import ApprovalItem, Attachment, Decision, InputRequest, Json, RequestKind, Verdict
from bot.texts import say

SHOWN_WHOLE = 3_000
"""Characters of an item that a card shows, as they are shown."""
MOST_ITEMS = 6
"""Items that are shown one by one."""
CARD_ROOM = 12_000
"""Of a card's blocks as JSON, its buttons included."""
_ITEM_ROOM = 1_300
"""What an item takes at least: its name, where its file is, its buttons."""
MOST_BUTTONS = 5
MOST_OPTIONS = 100
EDITABLE = 3_000
"""Characters that Slack's input takes."""
_BEGINNING = 600
_MOST_VERDICTS = 2_000
_ENDINGS = {"python": "py", "py": "py", "sh": "sh", "bash": "sh", "shell": "sh", "javascript": "js", "json": "json"}


def open_card(request: InputRequest, sentence: str, language: str) -> Rendered:
    """Return the card of an open request, or of one of which some items are decided."""
    face = _Face(request=request, language=language, blocks=words(sentence), decided=request.decided)
    if request.kind is RequestKind.APPROVAL:
        _put_items(face, open_still=True)
    elif request.kind is RequestKind.CHOICE:
        _put_options(face)
    _put_row(face, [*_empty_and_exit(request, language), _stop(request, language)])
    face.blocks.append(dated(say("slack_open_until", language, when="{when}"), request.expires_at))
    # An update of the card has new files only where people wrote something new.
    files = face.changed if any(request.decided) else face.files
    return Rendered(parts=(message(face.blocks, text=sentence),), files=tuple(files))


def closed_card(request: InputRequest, sentence: str, language: str) -> Rendered:
    """Return the card after the decision, the expiry or the cancellation: who, what and when."""
    answer = request.answer
    decided = answer.decisions if answer is not None else request.decided
    face = _Face(request=request, language=language, blocks=words(sentence), decided=decided)
    if request.kind is RequestKind.APPROVAL:
        _put_items(face, open_still=False)
    elif request.kind is RequestKind.CHOICE and answer is not None and answer.text:
        face.blocks.append(rich([section([piece(one_line(visible(answer.text), 500), bold=True)])]))
    if answer is not None:
        face.blocks.append(dated("{when}", answer.at))
    return Rendered(parts=(message(face.blocks, text=sentence),), files=tuple(face.changed))


@dataclass(slots=True, kw_only=True)
class _Face:
    """A card as it is written."""

    request: InputRequest
    language: str
    blocks: list[Json]
    decided: Sequence[Decision | None]
    files: list[Attachment] = field(default_factory=list)
    changed: list[Attachment] = field(default_factory=list)
    """Files with what a person wrote instead of an item."""

    def decision(self, number: int) -> Decision | None:
        return self.decided[number - 1] if number <= len(self.decided) else None

    def say(self, text_id: str, **facts: object) -> str:
        return say(text_id, self.language, **facts)


def _put_items(face: _Face, *, open_still: bool) -> None:
    items = face.request.items
    if len(items) > MOST_ITEMS:
        _put_many(face)
    for number, item in enumerate(items if len(items) <= MOST_ITEMS else (), 1):
        _put_item(face, number, item)
        if open_still and len(items) > 1 and face.decision(number) is None:
            _put_row(face, _verdicts(face.request, item, number, face.language))
    if open_still:
        single = len(items) == 1
        _put_row(face, _verdicts(face.request, items[0], 1, face.language) if single else _all(face))


def _put_item(face: _Face, number: int, item: ApprovalItem) -> None:
    """Show an item: what it is, what was decided of it, and exactly what would run or runs."""
    decision = face.decision(number)
    changed = decision is not None and decision.content is not None
    content = decision.content if decision is not None and decision.content is not None else item.content
    digest = hashlib.sha256(as_bytes(content)).hexdigest() if changed else item.sha256
    name = face.say("slack_item_code" if item.kind == "code" else "slack_item_tool", title=visible(item.title))
    head = [piece(f"{number}. {name}" if len(face.request.items) > 1 else name, bold=True)]
    if decision is not None and not _is_told(face, decision):
        head += [piece("\n"), *prose(_verdict(face, decision))]
    elements = [section([*head, piece(f"\nsha256 {digest[:16]}")])]
    shown, spare = visible(content), _spare(face, number)
    exact = preformatted(shown, item.title if item.kind == "code" else "json")
    if not content:
        elements.append(section([piece(face.say("slack_nothing"), italic=True)]))
    elif len(shown) <= SHOWN_WHOLE and room([rich([exact])]) <= spare:
        elements.append(exact)
    else:
        file = Attachment(name=_file_name(item, number, digest), media_type="text/plain", data=as_bytes(content))
        (face.changed if changed else face.files).append(file)
        elements += _attached(face, content, file, digest, spare=spare)
    face.blocks.append(rich(elements))


def _is_told(face: _Face, decision: Decision) -> bool:
    """Whether the card's own sentence says all of a decision: of the only item, with neither changes nor a reason."""
    return len(face.request.items) == 1 and decision.content is None and not decision.reason


def _spare(face: _Face, number: int) -> int:
    """Return the room for an item's text: what the items after it and the last rows need is kept."""
    left = len(face.request.items) - number + 2
    return CARD_ROOM - room(face.blocks) - _ITEM_ROOM * left


def _attached(face: _Face, content: str, file: Attachment, digest: str, *, spare: int) -> list[Json]:
    """Say where the whole of it is, and show how it begins where there is room."""
    shown = visible(content[: 2 * _BEGINNING])
    facts = {"count": len(content), "lines": content.count("\n") + 1, "name": file.name, "sha256": digest}
    beginning = shown[:_BEGINNING].rpartition("\n")[0] or shown[:_BEGINNING].rpartition("⟦")[0] or shown[:_BEGINNING]
    exact = preformatted(beginning)
    if spare < room([rich([exact])]):
        return [section(spoken(face.say("slack_attached", **facts)))]
    return [section(spoken(face.say("slack_attached_begins", **facts))), exact, section([piece("…")])]


def _put_many(face: _Face) -> None:
    lines = []
    for number, item in enumerate(face.request.items, 1):
        lines.append(f"{number}. {visible(item.kind)}, {visible(item.title)}, sha256 {item.sha256}")
        lines += [f"| {line}" for line in visible(item.content).split("\n")]
    data = as_bytes("\n".join(lines))
    digest = hashlib.sha256(data).hexdigest()
    file = Attachment(name=f"items-{digest[:8]}.txt", media_type="text/plain", data=data)
    face.files.append(file)
    facts = {"count": len(face.request.items), "name": file.name, "sha256": digest}
    face.blocks += words(face.say("slack_attached_items", **facts))
    verdicts = [(number, face.decision(number)) for number in range(1, len(face.request.items) + 1)]
    said = [f"{number}. {_verdict(face, decision)}" for number, decision in verdicts if decision is not None]
    if said:
        face.blocks.append(rich([section(prose("\n".join(said)[:_MOST_VERDICTS]))]))


def _file_name(item: ApprovalItem, number: int, digest: str) -> str:
    ending = _ENDINGS.get(item.title.lower(), "txt") if item.kind == "code" else "json"
    return f"{'code' if item.kind == 'code' else 'tool'}-{number}-{digest[:8]}.{ending}"


def _verdict(face: _Face, decision: Decision) -> str:
    if decision.verdict is Verdict.APPROVE:
        return face.say("slack_approved" if decision.content is None else "slack_approved_changed")
    if not decision.reason:
        return face.say("slack_rejected")
    reason = decision.reason if len(decision.reason) <= 500 else decision.reason[:499] + "…"
    return face.say("slack_rejected_why", reason=visible(reason))


def _put_options(face: _Face) -> None:
    """Show every option whole, then the buttons or the menu: those have room for the beginning of an option only."""
    request, language = face.request, face.language
    shown = [section([piece(visible(choice))]) for choice in request.choices]
    listed = rich([{"type": "rich_text_list", "style": "ordered", "indent": 0, "elements": shown}])
    if room([*face.blocks, listed]) <= CARD_ROOM // 3:
        face.blocks.append(listed)
    else:
        lines = [f"{number}. {visible(choice)}" for number, choice in enumerate(request.choices, 1)]
        file = Attachment(name="options.txt", media_type="text/plain", data=as_bytes("\n".join(lines)))
        face.files.append(file)
        face.blocks.append(small(say("slack_options_in_file", language, count=len(lines), name=file.name)))
    if len(request.choices) <= MOST_BUTTONS:
        labels = enumerate(request.choices, 1)
        _put_row(face, [_option_button(request, number, choice) for number, choice in labels])
    elif len(request.choices) <= MOST_OPTIONS:
        _put_row(face, [_menu(request, language)])


def _option_button(request: InputRequest, number: int, choice: str) -> Json:
    made = button(f"{ids.CHOOSE}_{number}", "", ids.button_value(request, number))
    return {**made, "text": _label(number, choice)}


def _menu(request: InputRequest, language: str) -> Json:
    options = [
        {"text": _label(number, choice), "value": ids.button_value(request, number)}
        for number, choice in enumerate(request.choices, 1)
    ]
    placeholder = plain(say("slack_choose", language), 150)
    return {"type": "static_select", "action_id": ids.CHOOSE, "placeholder": placeholder, "options": options}


def _label(number: int, choice: str) -> Json:
    return plain(f"{number}. {visible(choice)}", 75)


def _verdicts(request: InputRequest, item: ApprovalItem, number: int, language: str) -> list[Json]:
    several = f" {number}" if len(request.items) > 1 else ""
    value = ids.button_value(request, number)
    row = [
        button(ids.APPROVE, say("slack_approve", language) + several, value, style="primary"),
        button(ids.REJECT, say("slack_reject", language) + several, value, style="danger"),
    ]
    if item.kind == "code" and 0 < len(item.content) <= EDITABLE:
        row.append(button(ids.EDIT, say("slack_edit", language) + several, value))
    return row


def _all(face: _Face) -> list[Json]:
    value = ids.button_value(face.request)
    left = "rest" if any(face.decided) else "all"
    return [
        button(ids.APPROVE, face.say(f"slack_approve_{left}"), value, style="primary"),
        button(ids.REJECT, face.say(f"slack_reject_{left}"), value, style="danger"),
    ]


def _empty_and_exit(request: InputRequest, language: str) -> list[Json]:
    """Return the buttons that answer with nothing, where that means something, and with `exit`."""
    row = []
    if request.kind is not RequestKind.APPROVAL and request.empty_runs:
        row.append(button(ids.EMPTY, say(f"slack_empty_{request.empty_runs}", language), ids.button_value(request)))
    if request.empty_runs != "end" and request.kind is not RequestKind.CHOICE:
        row.append(button(ids.EXIT, say("slack_exit", language), ids.button_value(request)))
    return row


def _stop(request: InputRequest, language: str) -> Json:
    return button(ids.STOP, say("slack_stop", language), ids.button_value(request))


def button(action: str, label: str, value: str, *, style: str = "") -> Json:
    """Return a button; its value says what it is about, and nothing else."""
    made: Json = {"type": "button", "action_id": action, "text": plain(label, 75), "value": value}
    return {**made, "style": style} if style else made


def _put_row(face: _Face, elements: list[Json]) -> None:
    """Add a row of buttons, to the row before it where there is one and no item between them."""
    if face.blocks[-1]["type"] == "actions" and len(face.request.items) <= 1:
        face.blocks[-1]["elements"] += elements
    elif elements:
        face.blocks.append({"type": "actions", "elements": elements})
