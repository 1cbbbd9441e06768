"""What a person sees: messages with author, text, buttons and files, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.slack_server import rendering
from tests.slack_server.entities import Json, Message
from tests.wire.seen import Sights

if TYPE_CHECKING:
    from tests.slack_server.channels import Channel
    from tests.slack_server.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as a person sees it."""

    message: Message
    author: str
    text: str
    """Rendered from its blocks, or from its text where there are none."""
    buttons: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    """The options of its menus."""
    files: tuple[str, ...] = ()
    pings: tuple[str, ...] = ()
    """Whom it notifies."""
    links: tuple[tuple[str, str], ...] = ()
    """What can be clicked in its text, as (target, label)."""
    reactions: tuple[str, ...] = ()

    @classmethod
    def of(cls, message: Message, workspace: Workspace) -> Shown:
        """Look at a message."""
        elements = [element for _, element in rendering.elements(message.blocks)]
        sources = rendering.texts(message.blocks) if message.blocks else [message.markdown or message.text]
        return cls(
            message=message,
            author=message.username or workspace.name_of(message.user),
            text=_text(message, workspace),
            buttons=tuple(_label(element) for element in elements if element["type"] == "button"),
            choices=tuple(option["text"]["text"] for element in elements for option in element.get("options", [])),
            files=tuple(file.name for file in message.files),
            pings=tuple(ping for source in sources for ping in rendering.pings(source)),
            links=tuple(link for source in sources for link in rendering.links(source)),
            reactions=tuple(message.reactions),
        )

    @property
    def ts(self) -> str:
        """The message's ts."""
        return self.message.ts

    @property
    def blocks(self) -> list[Json]:
        """The message's blocks."""
        return self.message.blocks

    @property
    def streaming(self) -> bool:
        """Whether it is still being streamed."""
        return self.message.stream is not None and self.message.stream.live

    def __str__(self) -> str:
        marks = [" (edited)"] if self.message.edited is not None else []
        marks += [" (streaming)"] if self.streaming else []
        marks += [" (only visible to one person)"] if self.message.only_for else []
        lines = [f"{self.author}{''.join(marks)}:", *(f"  {line}" for line in self.text.splitlines())]
        lines += [f"  [file: {name}]" for name in self.files]
        lines += [f"  ( {choice} )" for choice in self.choices]
        lines += ["  " + "  ".join(f"[ {button} ]" for button in self.buttons)] if self.buttons else []
        lines += ["  " + " ".join(f":{name}:" for name in self.reactions)] if self.reactions else []
        return "\n".join(lines)


def _text(message: Message, workspace: Workspace) -> str:
    parts = [rendering.mrkdwn(message.text, workspace.name_of)] if not message.blocks else []
    if message.markdown:
        parts = [message.markdown]
    parts.append(rendering.blocks_text(message.blocks, workspace.name_of))
    parts += [str(one.get("text") or one.get("fallback") or "") for one in message.attachments]
    return "\n".join(part for part in parts if part)


def _label(element: Json) -> str:
    return str(element["text"]["text"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread(Sights[Shown]):
    """A thread, or a whole channel, as a person sees it now."""

    channel: Channel
    ts: str | None
