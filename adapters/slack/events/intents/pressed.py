"""What buttons, menus, forms and the shortcut ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from adapters.chat.files.attachments import SharedFile
from adapters.chat.handling.about import About
from bot.domain import Json, ThreadRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """Somebody used something of ours: a button, a menu, a form, the shortcut."""

    workspace: str
    user: str
    trigger_id: str = field(default="", repr=False)
    """Opens a form within three seconds."""
    channel: str = ""
    """Empty in the App Home and in forms."""
    message_ts: str = ""
    """The message that it stands on."""
    thread: ThreadRef | None = None
    """That message's thread."""
    response_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Interaction):
    """A button of a card was pressed, or an option of its menu chosen: then the item is the option's number."""

    action: str
    """One of `adapters.slack.ids.ACTIONS`."""
    about: About
    """What it says it is about; whether that holds, the request as it is now tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetConfirmed(Interaction):
    """Delete what this person began in this channel."""

    before: datetime
    """Only what was begun before they were asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullPressed(Interaction):
    """Have the model pulled that stood on the button."""

    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHere(Interaction):
    """The shortcut of a message was used: a form is to open."""

    text: str
    """The message's text."""
    author: str
    """Who wrote it: a user id, or a bot's."""
    mentions: tuple[str, ...] = ()
    files: tuple[SharedFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Interaction):
    """A form of ours was sent."""

    form: str
    """Its callback id, one of `adapters.slack.ids`."""
    view: Json = field(default_factory=dict)
    """The form as Slack sends it back, with `private_metadata` and `state`; `modals` reads it."""
