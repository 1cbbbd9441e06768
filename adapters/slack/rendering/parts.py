"""Messages as they are sent: parts that Slack takes, and the files beside them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.chat.content.splitting import Manner, bodies, portions
from adapters.chat.content.turns import Form
from adapters.slack.rendering.blocks import fits, preformatted, rich, words, words_in
from adapters.slack.rendering.inert import TEXT_LIMIT, inert
from adapters.slack.rendering.markdown import blocks_of
from adapters.text import harmless
from bot.domain import Attachment, Json

MOST_PARTS = 4
"""Messages for one text; what would need more becomes a file."""
PART_LIMIT = 3_000
"""Characters of the text in one message."""
_NAME_ROOM = 200
"""Of a message's text, for the agent's name where that begins it."""
FIRST_LINES = 1_500
"""Characters that are shown of a text that becomes a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message."""

    text: str
    """What notifications and screen readers say instead of the blocks; inert."""
    blocks: tuple[Json, ...]
    username: str | None = None
    icon: str | None = None
    """An emoji's name with its colons."""

    def arguments(self) -> Json:
        """Return what chat.postMessage takes: nothing in it unfurls, links by itself or is looked up as a name."""
        given: Json = {
            "text": self.text,
            "blocks": list(self.blocks),
            "parse": "none",
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        shown = {"username": self.username, "icon_emoji": self.icon}
        return {**given, **{name: value for name, value in shown.items() if value is not None}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A post as Slack shows it."""

    parts: tuple[Part, ...]
    files: tuple[Attachment, ...] = ()
    """To be uploaded to the thread once, after the parts; their names are fit for display."""


def message(blocks: Sequence[Json], *, text: str = "", username: str | None = None, icon: str | None = None) -> Part:
    """Return a message of these blocks; without a text, notifications say what the blocks say."""
    said = text or words_in(blocks).strip()
    return Part(text=inert(said, TEXT_LIMIT - _NAME_ROOM) or "-", blocks=tuple(blocks), username=username, icon=icon)


def _output(source: str) -> list[Json]:
    return [rich([preformatted(harmless(source.removesuffix("\n")))])]


def _manner(build: Callable[[str], list[Json]], cut: Callable[[str, int, int], list[str]]) -> Manner[list[Json]]:
    return Manner(build=build, fits=fits, cut=cut, part=PART_LIMIT, first=FIRST_LINES, most=MOST_PARTS)


MANNERS = {
    Form.MARKDOWN: _manner(blocks_of, portions),
    Form.OUTPUT: _manner(_output, bodies),
    Form.WORDS: _manner(words, bodies),
}
"""How each kind of text is shown."""
