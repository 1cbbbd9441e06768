"""What people want of us: one frozen value per intent, with what handling it needs.

Ids are Discord's own, decimal digits, wherever they are not empty. Texts are what a reader sees: mentions of people,
channels and roles stand in them by name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from adapters.chat.files.attachments import SharedFile
from adapters.chat.handling import intents
from adapters.chat.handling.about import About, Action
from bot.domain import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Me(intents.Me):
    """Who the bot is, and whom it knows."""

    application: str
    """The application's id, which messages of its webhooks carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InThread(intents.InThread):
    """Where and by whom something was said; in a channel, the thread is made of the message and has its id."""

    message: str
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(InThread):
    """Somebody said something that may be for the bot."""

    text: str
    files: tuple[SharedFile, ...] = ()
    mentions: bool = False
    """Whether it calls people or groups other than the bot."""
    addressed: bool
    """Whether the bot was mentioned, or written to alone."""
    team: str | None = None
    """The team that was named; with `--team` it may be none that exists."""
    about: About | None = None
    """The request whose card this is a reply to."""
    reply_to: str = ""
    """The message that this is a reply to; empty: to none."""
    edited: bool = False
    """Whether it was changed before it was heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(InThread):
    """Somebody edited a message, or took it back. It never begins anything."""

    text: str
    """The new text; empty: it was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute(InThread):
    """The bot is to be silent in this thread until it is mentioned again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(InThread):
    """The thread's run is to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpHere(InThread):
    """Somebody asks what can be done, in words to the bot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where and by whom a command, a button, a menu or a form was used."""

    id: str
    """The interaction's id."""
    token: str = field(repr=False)
    """Answers it for 15 minutes."""
    person: Person
    language: str
    """Of the person's client: `en` or `zh`."""
    guild: str
    """Empty: in direct messages."""
    channel: str
    """Where it was used: a channel, a thread or a direct message's channel."""
    parent: str = ""
    """The channel of the thread; empty: it was used in no thread."""
    installed: bool = True
    """Whether the bot itself is there; False: only the person has installed the app."""
    manages: bool = False
    """Whether the person manages this server or this channel."""
    administers: bool = False
    """Whether the person manages the server."""
    reads: bool = True
    """Whether the person may read what was said there before: nothing is read for those who may not."""

    @property
    def in_thread(self) -> bool:
        """Whether it was used in a thread, a forum's post or a direct message: there the run goes on right there."""
        return bool(self.parent) or not self.guild


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Asked):
    """`/ask`."""

    text: str
    team: str | None = None
    files: tuple[SharedFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams(Asked):
    """`/teams`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Asked):
    """`/status`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopHere(Asked):
    """`/stop`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteHere(Asked):
    """`/mute`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetHere(Asked):
    """`/forget`: it asks first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetConfirmed(Asked):
    """The button that deletes what this person began here."""

    before: datetime
    """Only what was begun before they were asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Help(Asked):
    """`/help`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Default(Asked):
    """`/default`."""

    team: str = ""
    """Empty: say which it is."""
    everywhere: bool = False
    """For the whole server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Models(Asked):
    """`/models`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull(Asked):
    """`/pull`."""

    model: str
    """As it was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullPressed(Asked):
    """The button that has a model pulled."""

    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Asked):
    """A button or a menu of a card."""

    action: Action
    about: About
    message: str
    """The card's message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Asked):
    """A form that was sent: a reason, changed code."""

    action: Action
    """`reject` or `edit`."""
    about: About
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOnThis(Asked):
    """The form of the message command was sent."""

    message: str
    """The message that it was opened on, in `channel`."""
    text: str
    """The instructions; may be empty."""
    team: str | None = None


Intent = (
    intents.Ignored | Said | Changed | Mute | Stop | HelpHere | Ask | Teams | Status | StopHere | MuteHere | ForgetHere
    | Help | Default | Models | Pull | PullPressed | Pressed | ForgetConfirmed | Submitted | RunOnThis
)  # fmt: skip
