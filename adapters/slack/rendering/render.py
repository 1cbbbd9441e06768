"""Posts as Slack's messages. Pure.

An agent speaks under its own name and sign; where the app may not do that, the message begins with the name.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from adapters.slack.rendering.blocks import fits, preformatted, rich, section, small, words
from adapters.slack.rendering.blocks import text as piece
from adapters.slack.rendering.cards import closed_card, open_card
from adapters.slack.rendering.inert import file_name, shown_name
from adapters.slack.rendering.markdown import blocks_of, inert, streamed
from adapters.slack.rendering.parts import MARKDOWN, OUTPUT, Part, Rendered, as_bytes, laid_out, message, plainly
from adapters.text import harmless, pieces
from bot.domain import Attachment, Json, Post, PostKind, Turn, TurnKind
from bot.texts import say

__all__ = ["Part", "Rendered", "icon_of", "inert", "parts", "preview", "render", "simpler", "streamed", "words"]

ICONS = (
    "owl",
    "fox_face",
    "bear",
    "panda_face",
    "koala",
    "tiger",
    "lion_face",
    "wolf",
    "penguin",
    "turtle",
    "octopus",
    "butterfly",
    "whale",
    "dolphin",
    "hedgehog",
    "squirrel",
    "elephant",
    "giraffe_face",
    "swan",
    "parrot",
    "otter",
    "sloth",
)
PREVIEW_LIMIT = 2_800
_WORDS = plainly(words)


def render(post: Post, *, bold_name: bool = False) -> Rendered:
    """Return a post as messages and files.

    Args:
        post: What is to be shown.
        bold_name: Whether the app may not speak under an agent's name, so that the name begins the message.
    """
    if post.turn is not None and post.kind is PostKind.TURN:
        return _turn(post.turn, post.language, bold_name=bold_name)
    if post.request is not None and post.kind is PostKind.REQUEST:
        return open_card(post.request, post.text, post.language)
    if post.request is not None and post.kind is PostKind.CLOSED:
        return closed_card(post.request, post.text, post.language)
    return _notice(post.text, post.language, f"{post.kind.value}.txt")


def parts(post: Post, *, bold_name: bool = False) -> list[Part]:
    """Return the messages alone of a post."""
    return list(render(post, bold_name=bold_name).parts)


def preview(agent: str, text: str, language: str, *, demo: bool = False, bold_name: bool = False) -> Part:
    """Return the message that shows what an agent is saying: the newest lines where it is long."""
    tail = pieces(text, PREVIEW_LIMIT // 2)[-2:]
    newest = "".join([*(each.prefix for each in tail[:1]), *(each.body for each in tail)])
    going_on = small("…")
    shown = [*blocks_of(newest), going_on] if newest.strip() else [going_on]
    if not fits(shown):
        shown = [*words(newest[-PREVIEW_LIMIT // 4 :]), going_on]
    return _named(message(shown), agent, language, demo=demo, bold_name=bold_name)


def simpler(part: Part) -> Part:
    """Return a message with the same words and no formatting, for when Slack refuses the blocks of a turn."""
    said = part.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return replace(part, blocks=(rich([section([piece(said)])]),))


def icon_of(agent: str) -> str:
    """Return the emoji that stands for an agent: the same for the same name."""
    digest = hashlib.sha256(agent.encode("utf-8", "surrogatepass")).digest()
    return f":{ICONS[int.from_bytes(digest[:4], 'big') % len(ICONS)]}:"


def _notice(text: str, language: str, name: str) -> Rendered:
    laid, whole = laid_out(text, _WORDS)
    if whole:
        return Rendered(parts=tuple(message(blocks) for blocks in laid))
    file = Attachment(name=name, media_type="text/plain", data=as_bytes(text))
    return Rendered(parts=(message([*laid[0], _in_file(text, file, language)]),), files=(file,))


def _turn(turn: Turn, language: str, *, bold_name: bool) -> Rendered:
    if turn.kind is TurnKind.NOTICE:
        return _notice(turn.text, language, f"notice-{turn.n}.txt")
    if turn.folded and not turn.text:
        whole = replace(turn, text=_transcript(turn.folded, language), kind=TurnKind.TEXT, folded=())
        rendered = _turn(whole, language, bold_name=bold_name)
        return replace(rendered, files=(*rendered.files, *_files(turn)))
    messages, files = _said(turn, language)
    if turn.folded:
        inner = _file(f"inner-{turn.n}.md", _transcript(turn.folded, language))
        files = [*files, inner]
        messages[-1].append(small(say("slack_folded", language, count=len(turn.folded), name=inner.name)))
    if turn.cut:
        messages[-1].append(small(say("slack_cut", language)))
    named = [
        _named(message(blocks), turn.agent, language, demo=turn.demo, bold_name=bold_name and not number)
        for number, blocks in enumerate(messages)
    ]
    return Rendered(parts=tuple(named), files=(*files, *_files(turn)))


def _said(turn: Turn, language: str) -> tuple[list[list[Json]], list[Attachment]]:
    """Return the blocks of each message of a turn's own words, and the file that holds them where they are long."""
    if turn.kind is TurnKind.CODE:
        return _done(turn, "slack_ran" if turn.ok else "slack_ran_failed", language)
    if turn.kind is TurnKind.TOOL:
        return _done(turn, "slack_called" if turn.ok else "slack_called_failed", language)
    laid, whole = laid_out(turn.text.strip("\n"), MARKDOWN)
    if whole:
        return laid, []
    file = _file(f"answer-{turn.n}.md", turn.text)
    return [[*laid[0], _in_file(turn.text, file, language)]], [file]


def _done(turn: Turn, text_id: str, language: str) -> tuple[list[list[Json]], list[Attachment]]:
    """Return what a tool or code did: what it was, what a tool was given, what came back."""
    title = harmless(turn.title).replace("`", "'") or "-"
    lead, files = words(say(text_id, language, title=title)), []
    if turn.kind is TurnKind.TOOL and turn.source.strip() not in ("", "{}"):
        given = rich([preformatted(harmless(turn.source), "json")])
        if len(turn.source) <= 1_000 and fits([given]):
            lead.append(given)
        else:
            files.append(_file(f"given-{turn.n}.json", turn.source))
            lead.append(_in_file(turn.source, files[0], language))
    if not turn.text.strip("\n"):
        return [[*lead, small(say("slack_no_output", language))]], files
    laid, whole = laid_out(turn.text.strip("\n"), OUTPUT)
    if not whole:
        files.append(_file(f"output-{turn.n}.txt", turn.text))
        laid[0].append(_in_file(turn.text, files[-1], language))
    return [[*lead, *laid[0]], *laid[1:]], files


def _named(part: Part, agent: str, language: str, *, demo: bool, bold_name: bool) -> Part:
    name = shown_name(agent)
    if demo:
        name = f"{name} ({say('demo_model', language)})"
    if not bold_name:
        return replace(part, username=name, icon=icon_of(agent))
    heading = rich([section([piece(name, bold=True)])])
    return replace(part, text=inert(f"{name}: ") + part.text, blocks=(heading, *part.blocks))


def _transcript(turns: tuple[Turn, ...], language: str) -> str:
    """Return the turns of an inner chat as one Markdown text."""
    return "\n\n".join(_entry(turn, language) for turn in turns)


def _entry(turn: Turn, language: str) -> str:
    inner = _transcript(turn.folded, language)
    body = turn.text.strip("\n")
    if turn.kind in (TurnKind.CODE, TurnKind.TOOL):
        ran = turn.kind is TurnKind.CODE
        text_id = ("slack_ran" if ran else "slack_called") + ("" if turn.ok else "_failed")
        body = f"{say(text_id, language, title=turn.title or '-')}\n\n{_fenced(body)}"
    own = f"**{shown_name(turn.agent)}**\n\n{body}" if body else ""
    return "\n\n".join(each for each in (inner, own) if each)


def _fenced(text: str) -> str:
    marks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{marks}\n{text}\n{marks}"


def _in_file(text: str, file: Attachment, language: str) -> Json:
    return small(say("slack_in_file", language, count=len(text), name=file.name))


def _file(name: str, text: str) -> Attachment:
    return Attachment(name=name, media_type="text/plain", data=as_bytes(text))


def _files(turn: Turn) -> tuple[Attachment, ...]:
    """Return the files that a turn and those folded in it wrote, under names that are fit for display."""
    own = [replace(file, name=file_name(file.name)) for file in turn.files]
    return (*own, *(file for inner in turn.folded for file in _files(inner)))
