"""Posts as Slack's messages. Pure.

An agent speaks under its own name and sign; where the app may not do that, the message begins with the name.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from adapters.chat.content import turns
from adapters.chat.content.splitting import laid_out
from adapters.chat.content.text_files import in_file, text_file
from adapters.chat.content.turns import Told, speaker
from adapters.slack.rendering.blocks import fits, preformatted, rich, section, small, words
from adapters.slack.rendering.blocks import text as piece
from adapters.slack.rendering.cards import closed_card, open_card
from adapters.slack.rendering.markdown import blocks_of, inert, streamed
from adapters.slack.rendering.parts import MANNERS, Part, Rendered, message
from adapters.slack.rendering.pulling import pull_offer
from adapters.text import harmless, pieces
from bot.domain import Attachment, Json, Post, PostKind, Turn, TurnKind
from bot.texts import say

__all__ = [
    "Part",
    "Rendered",
    "icon_of",
    "inert",
    "parts",
    "preview",
    "render",
    "simpler",
    "status",
    "streamed",
    "words",
]

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
_STATUS = 300
"""Characters of a line that says what is waited for."""
_MOST_GIVEN = 1_000
"""Characters that are shown of what a tool was given."""


def render(post: Post, *, bold_name: bool = False) -> Rendered:
    """Return a post as messages and files.

    Args:
        post: What is to be shown.
        bold_name: Whether the app may not speak under an agent's name, so that the name begins the message.
    """
    if post.turn is not None and post.kind is PostKind.TURN:
        return _said(post.turn, post.language, bold_name=bold_name)
    if post.request is not None and post.kind is PostKind.REQUEST:
        return open_card(post.request, post.text, post.language)
    if post.request is not None and post.kind is PostKind.CLOSED:
        return closed_card(post.request, post.text, post.language)
    told = _told(turns.words(post.text, f"{post.kind.value}.txt"), post.language)
    return _offering(told, post.missing, post.language) if post.missing else told


def _offering(rendered: Rendered, model: str, language: str) -> Rendered:
    """Return the end of a run with the offer to pull the model that it lacked."""
    *before, last = rendered.parts
    offer = pull_offer(model, language)
    text = f"{last.text}\n{inert(say('slack_pull_offer', language, model=model))}"
    return replace(rendered, parts=(*before, replace(last, text=text, blocks=(*last.blocks, *offer))))


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


def status(agent: str, text: str, language: str, *, demo: bool = False, bold_name: bool = False) -> Part:
    """Return the message that says what an agent waits for, in its place."""
    shown = [small(harmless(line)[:_STATUS]) for line in text.split("\n")]
    return _named(message(shown), agent, language, demo=demo, bold_name=bold_name)


def simpler(part: Part) -> Part:
    """Return a message with the same words and no formatting, for when Slack refuses the blocks of a turn."""
    said = part.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return replace(part, blocks=(rich([section([piece(said)])]),))


def icon_of(agent: str) -> str:
    """Return the emoji that stands for an agent: the same for the same name."""
    digest = hashlib.sha256(agent.encode("utf-8", "surrogatepass")).digest()
    return f":{ICONS[int.from_bytes(digest[:4], 'big') % len(ICONS)]}:"


def _said(turn: Turn, language: str, *, bold_name: bool) -> Rendered:
    rendered = _told(turns.told(turn, language), language)
    if turn.kind is TurnKind.NOTICE:
        return rendered
    named = [
        _named(part, turn.agent, language, demo=turn.demo, bold_name=bold_name and not number)
        for number, part in enumerate(rendered.parts)
    ]
    return replace(rendered, parts=tuple(named))


def _told(content: Told, language: str) -> Rendered:
    """Return content as messages and files."""
    lead: list[Json] = words(content.lead) if content.lead else []
    files: list[Attachment] = []
    if content.given:
        lead.append(_given(content, files, language))
    laid, whole = laid_out(content.text, MANNERS[content.form]) if content.text or not lead else ([[]], True)
    if not whole:
        files.append(content.file)
        laid[0].append(small(in_file(content.size, content.file, language)))
    laid[0] = [*lead, *laid[0]]
    laid[-1] += [small(note) for note in content.notes]
    return Rendered(parts=tuple(message(blocks) for blocks in laid), files=(*files, *content.files))


def _given(content: Told, files: list[Attachment], language: str) -> Json:
    """Return what a tool was given, as a file where it is long."""
    shown = rich([preformatted(harmless(content.given), "json")])
    if len(content.given) <= _MOST_GIVEN and fits([shown]):
        return shown
    files.append(text_file(content.given_name, content.given))
    return small(in_file(len(content.given), files[-1], language))


def _named(part: Part, agent: str, language: str, *, demo: bool, bold_name: bool) -> Part:
    name = speaker(agent, language, demo=demo)
    if not bold_name:
        return replace(part, username=name, icon=icon_of(agent))
    heading = rich([section([piece(name, bold=True)])])
    return replace(part, text=inert(f"{name}: ") + part.text, blocks=(heading, *part.blocks))
