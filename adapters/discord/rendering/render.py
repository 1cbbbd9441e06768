"""Posts as Discord's messages. Pure.

An agent speaks under its own name and picture, through a webhook; where there is none, the message begins with the
name.
"""

from __future__ import annotations

from dataclasses import replace

from adapters.chat.content import turns
from adapters.chat.content.pulls import label_of
from adapters.chat.content.splitting import laid_out
from adapters.chat.content.text_files import in_file, text_file
from adapters.chat.content.turns import Told
from adapters.discord.ids import LONGEST_MODEL, pull_id
from adapters.discord.rendering.cards import card_of
from adapters.discord.rendering.inert import escaped, fence, small
from adapters.discord.rendering.markdown import content_of, spoken
from adapters.discord.rendering.names import username
from adapters.discord.rendering.packing import MANNERS, ROOM, packed, with_files
from adapters.discord.rendering.parts import Button, Part, Rendered, size
from adapters.text import SMALLEST_LIMIT, pieces
from bot.domain import Attachment, Post, PostKind, Turn, TurnKind
from bot.texts import say

__all__ = ["Part", "Rendered", "preview", "render", "status"]

_MOST_GIVEN = 1_000
"""Characters that are shown of what a tool was given."""
_PREVIEW = 1_600
"""Characters of the newest lines that a preview shows."""
_STATUS = 300
"""Characters of a line that says what is waited for."""
_GOING_ON = "-# …"


def render(post: Post, *, bold_name: bool = False) -> Rendered:
    """Return a post as messages.

    Args:
        post: What is to be shown.
        bold_name: Whether no webhook may speak under an agent's name, so that the name begins the message.
    """
    if post.turn is not None and post.kind is PostKind.TURN:
        return Rendered(parts=_said(post.turn, post.language, bold_name=bold_name))
    if post.request is not None and post.kind in (PostKind.REQUEST, PostKind.CLOSED):
        is_open = post.kind is PostKind.REQUEST
        return Rendered(parts=card_of(post.request, post.text, post.language, is_open=is_open))
    told = _told(turns.words(post.text, f"{post.kind.value}.txt"), post.language)
    return Rendered(parts=(*told, _offer(post.missing, post.language)) if post.missing else told)


def _offer(model: str, language: str) -> Part:
    """Return what stands below the end of a run whose model is on no host. Who may is asked when it is pressed."""
    button = Button(label=label_of(model, language), custom_id=pull_id(model))
    rows = ((button,),) if len(model) <= LONGEST_MODEL else ()
    return Part(content=spoken(say("discord_pull_offer", language, model=model)), rows=rows)


def preview(agent: str, text: str, language: str, *, demo: bool = False, bold_name: bool = False) -> Part:
    """Return the message that shows what an agent is saying: the newest lines where it is long."""
    head = _heading(agent, language, demo=demo) if bold_name else ""
    room, limit = ROOM - size(head) - size(_GOING_ON) - 2, _PREVIEW
    shown = content_of(_newest(text, limit))
    while size(shown) > room and limit // 2 >= SMALLEST_LIMIT:
        limit //= 2
        shown = content_of(_newest(text, limit))
    content = "\n".join(each for each in (head, shown if size(shown) <= room else "", _GOING_ON) if each)
    return _named(Part(content=content), agent, language, demo=demo, bold_name=bold_name)


def status(agent: str, text: str, language: str, *, demo: bool = False, bold_name: bool = False) -> Part:
    """Return the message that says what an agent waits for, in its place."""
    head = _heading(agent, language, demo=demo) if bold_name else ""
    content = "\n".join(each for each in (head, *(small(line[:_STATUS]) for line in text.split("\n"))) if each)
    return _named(Part(content=content), agent, language, demo=demo, bold_name=bold_name)


def _newest(text: str, limit: int) -> str:
    # What comes before the newest lines is not even split: a preview is made anew for every few words.
    tail = pieces(text[-8 * limit :] if len(text) > 16 * limit else text, max(limit // 2, SMALLEST_LIMIT))[-2:]
    return "".join([*(each.prefix for each in tail[:1]), *(each.body for each in tail)])


def _said(turn: Turn, language: str, *, bold_name: bool) -> tuple[Part, ...]:
    content = turns.told(turn, language)
    if turn.kind is TurnKind.NOTICE:
        return _told(content, language)
    head = _heading(turn.agent, language, demo=turn.demo) if bold_name else ""
    parts = _told(content, language, head)
    return tuple(_named(part, turn.agent, language, demo=turn.demo, bold_name=bold_name) for part in parts)


def _told(content: Told, language: str, head: str = "") -> tuple[Part, ...]:
    """Return content as messages."""
    files: list[Attachment] = []
    before = [each for each in (head, spoken(content.lead)) if each]
    if content.given:
        before.append(_given(content, files, language))
    laid, whole = laid_out(content.text, MANNERS[content.form]) if content.text else ([], True)
    notes = [small(note) for note in content.notes]
    if not whole:
        files.append(content.file)
        notes.insert(0, small(in_file(content.size, content.file, language)))
    contents = packed(before, laid, notes) or [""]
    return with_files([Part(content=each) for each in contents], [*files, *content.files], language)


def _given(content: Told, files: list[Attachment], language: str) -> str:
    """Return what a tool was given, as a file where it is long."""
    shown = fence(content.given, "json")
    if len(content.given) <= _MOST_GIVEN and size(shown) <= ROOM:
        return shown
    files.append(text_file(content.given_name, content.given))
    return small(in_file(len(content.given), files[-1], language))


def _heading(agent: str, language: str, *, demo: bool) -> str:
    return f"**{escaped(username(agent, language, demo=demo))}**"


def _named(part: Part, agent: str, language: str, *, demo: bool, bold_name: bool) -> Part:
    if bold_name:
        return part
    return replace(part, name=username(agent, language, demo=demo), speaker=agent)
