"""The forms in which a message may be sent, where Discord does not take it as it was rendered. Pure."""

from __future__ import annotations

from dataclasses import replace

from adapters.chat.content.items import items_in
from adapters.chat.content.text_files import text_file
from adapters.discord.rendering import cards
from adapters.discord.rendering.parts import MOST_CONTENT, MOST_FILES, Part, size
from adapters.discord.web.refusals import INVALID_FORM, NO_PERMISSION, TOO_LARGE, DiscordRefusedError, code_of
from bot.domain import Post, PostKind
from bot.errors import PostRefusedError
from bot.texts import say

WORDS = "message.txt"
"""The file that holds words which Discord does not take as words."""
PAYLOAD_TOO_LARGE = 413


def forms(part: Part, language: str, *, exact: bool) -> tuple[Part, ...]:
    """Return every form that a part may have been sent in; `exact`: what it shows decides something, so only as it is.

    The first is the part itself.
    """
    if exact:
        return (part,)
    made = (part, without_files(part, language) if part.files else None, plain(part) if part.content else None)
    return tuple(each for each in made if each is not None)


def simpler(part: Part, error: PostRefusedError, language: str) -> Part | None:
    """Return the form of a part that Discord may take after this refusal; None: there is none."""
    if part.files and _is_about_files(error):
        return without_files(part, language)
    return plain(part) if code_of(error) == INVALID_FORM and part.content else None


def _is_about_files(error: PostRefusedError) -> bool:
    status = error.status if isinstance(error, DiscordRefusedError) else 0
    return code_of(error) in (TOO_LARGE, NO_PERMISSION) or status == PAYLOAD_TOO_LARGE


def too_large(post: Post) -> tuple[int, ...]:
    """Return which items people could still approve on a card, of which no message can hold the bytes."""
    request = post.request if post.kind is PostKind.REQUEST else None
    return cards.too_large(request) if request is not None else ()


def refused_items(post: Post, part: Part, error: PostRefusedError) -> tuple[int, ...]:
    """Return which items people could still approve on a card, whose bytes Discord does not take with this part."""
    request = post.request if post.kind is PostKind.REQUEST else None
    if request is None or not _is_about_files(error):
        return ()
    return items_in(request, [file.name for file in part.files])


def is_about_name(error: PostRefusedError) -> bool:
    """Whether a refusal is about the name or the picture that a message was to be said under."""
    return code_of(error) == INVALID_FORM and ("username" in str(error).lower() or "avatar" in str(error).lower())


def without_files(part: Part, language: str) -> Part:
    """Return a part's words without its files, which are named."""
    named = say("discord_files_left_out", language, names=", ".join(f"`{file.name}`" for file in part.files))
    content = f"{part.content}\n{named}" if part.content else named
    # Words are worth more than the name of a file: they are never cut for it.
    content = content if size(content) <= MOST_CONTENT else part.content or named[:MOST_CONTENT]
    return replace(part, content=content, files=())


def plain(part: Part) -> Part:
    """Return a part with its words in a file, where Discord does not take them as words."""
    return replace(part, content="", files=(text_file(WORDS, part.content), *part.files)[:MOST_FILES])
