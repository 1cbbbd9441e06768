"""The content of turns: what leads them, what a tool was given, what came back, notes and files. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from adapters.chat.content.names import file_name, shown_name
from adapters.chat.content.text_files import text_file
from adapters.text import harmless
from bot.domain import Attachment, Turn, TurnKind
from bot.texts import say


class Form(StrEnum):
    """How the text of a turn is to be read."""

    MARKDOWN = "markdown"
    """As an agent wrote it."""
    OUTPUT = "output"
    """What code or a tool gave back: shown as it is."""
    WORDS = "words"
    """The bot's own: only backticks are markup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A turn's content; from top to bottom."""

    lead: str = ""
    """What was done, as the bot's own words; empty: the text stands alone."""
    given: str = ""
    """What a tool was given; empty: nothing worth showing."""
    given_name: str = ""
    """Of the file that holds it, for where it is not shown whole."""
    text: str
    """Without line ends around it; empty: there was no output, as a note says."""
    form: Form
    file: Attachment
    """Holds the whole text, for where it is not shown whole."""
    size: int
    """Characters of that file."""
    notes: tuple[str, ...] = ()
    """Small lines at the end: no output, what is folded, cut off."""
    files: tuple[Attachment, ...] = ()
    """The folded turns, then what the turn and they wrote; their names are fit for display."""


def told(turn: Turn, language: str) -> Told:
    """Return the content of a turn."""
    if turn.kind is TurnKind.NOTICE:
        return words(turn.text, f"notice-{turn.n}.txt")
    if turn.folded and not turn.text:
        whole = replace(turn, text=_transcript(turn.folded, language), kind=TurnKind.TEXT, folded=(), files=())
        return replace(told(whole, language), files=_files(turn))
    inner = [text_file(f"inner-{turn.n}.md", _transcript(turn.folded, language))] if turn.folded else []
    done = _done(turn, language) if turn.kind in (TurnKind.CODE, TurnKind.TOOL) else _said(turn)
    notes = [*done.notes, *(say("chat_folded", language, count=len(turn.folded), name=each.name) for each in inner)]
    if turn.cut:
        notes.append(say("chat_cut", language))
    return replace(done, notes=tuple(notes), files=(*inner, *_files(turn)))


def words(text: str, name: str) -> Told:
    """Return the bot's own words as content; the name is that of the file they go in where they are too long."""
    return Told(text=text, form=Form.WORDS, file=text_file(name, text), size=len(text))


def speaker(agent: str, language: str, *, demo: bool, limit: int | None = None) -> str:
    """Return under which name an agent speaks; the demo model's label is part of it, and whole in a limited name."""
    label = f" ({say('demo_model', language)})" if demo else ""
    return shown_name(agent, 80 if limit is None else limit - len(label)) + label


def _said(turn: Turn) -> Told:
    file = text_file(f"answer-{turn.n}.md", turn.text)
    return Told(text=turn.text.strip("\n"), form=Form.MARKDOWN, file=file, size=len(turn.text))


def _done(turn: Turn, language: str) -> Told:
    """Return what a tool or code did."""
    text = turn.text.strip("\n")
    given = turn.kind is TurnKind.TOOL and turn.source.strip() not in ("", "{}")
    return Told(
        lead=say(_did(turn), language, title=harmless(turn.title).replace("`", "'") or "-"),
        given=turn.source if given else "",
        given_name=f"given-{turn.n}.json" if given else "",
        text=text,
        form=Form.OUTPUT,
        file=text_file(f"output-{turn.n}.txt", turn.text),
        size=len(turn.text),
        notes=() if text else (say("chat_no_output", language),),
    )


def _did(turn: Turn) -> str:
    done = "chat_ran" if turn.kind is TurnKind.CODE else "chat_called"
    return done if turn.ok else f"{done}_failed"


def _transcript(turns: tuple[Turn, ...], language: str) -> str:
    """Return the turns of an inner chat as one Markdown text."""
    return "\n\n".join(_entry(turn, language) for turn in turns)


def _entry(turn: Turn, language: str) -> str:
    inner = _transcript(turn.folded, language)
    body = turn.text.strip("\n")
    if turn.kind in (TurnKind.CODE, TurnKind.TOOL):
        body = f"{say(_did(turn), language, title=turn.title or '-')}\n\n{_fenced(body)}"
    own = f"**{shown_name(turn.agent)}**\n\n{body}" if body else ""
    return "\n\n".join(each for each in (inner, own) if each)


def _fenced(text: str) -> str:
    marks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{marks}\n{text}\n{marks}"


def _files(turn: Turn) -> tuple[Attachment, ...]:
    """Return the files that a turn and those folded in it wrote, under names that are fit for display."""
    own = [replace(file, name=file_name(file.name)) for file in turn.files]
    return (*own, *(file for inner in turn.folded for file in _files(inner)))
