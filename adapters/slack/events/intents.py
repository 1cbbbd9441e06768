"""What people and Slack want of us: one frozen value per intent, with what handling it needs.

Ids are Slack's own and well-formed wherever they are not empty. Texts are plain: Slack's escapes are undone, and other
people's mentions stand in them as `@U0123`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from adapters.chat.files.attachments import SharedFile
from adapters.chat.handling.about import About
from bot.domain import Json, ThreadRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who the bot is in a workspace, and whom it knows there."""

    workspace: str
    user: str
    """The bot's user id, by which it is mentioned."""
    bot: str = ""
    """Its bot id, which its own messages carry."""
    app: str = ""
    """Its app id, which they carry too."""
    allowed_bots: frozenset[str] = frozenset()
    """Other bots that are listened to, by bot, user or app id."""
    teams: Collection[str] = ()
    """The teams on offer: only these can stand before a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Nothing is to be done about it."""

    reason: str
    """For the log; it never holds what people wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InThread:
    """Where and by whom something was said."""

    thread: ThreadRef
    ts: str
    """The message's id in its channel; with the channel it tells twins."""
    user: str
    """Who; for an allowed bot without a user id, its bot id."""
    in_thread: bool
    """Whether it is a reply; False: it begins its thread."""
    direct: bool = False
    """Whether it was said in a direct message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(InThread):
    """Somebody said something that may be for the bot."""

    text: str
    files: tuple[SharedFile, ...] = ()
    mentions: tuple[str, ...] = ()
    """User ids that stand as `@U0123` in the text, each once."""
    addressed: bool
    """Whether the bot was mentioned, or written to alone."""
    team: str | None = None
    """The team that was named; with `--team` it may be none that exists."""
    by_bot: bool = False
    """Whether an allowed bot said it: the loop guard counts these."""
    edited: bool = False
    """Whether it was changed before it was heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(InThread):
    """Somebody edited a message, or took it back. It never begins anything."""

    text: str
    """The new text, read as a message's is; empty: it was taken back."""
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute(InThread):
    """The bot is to be silent in this thread until it is mentioned again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(InThread):
    """The thread's run is to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpHere(InThread):
    """What can be done is to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStopped:
    """Slack's own stop button was pressed."""

    thread: ThreadRef
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened:
    """Somebody looks at the bot's App Home."""

    workspace: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOpened:
    """Somebody looks at their direct messages with the bot."""

    workspace: str
    user: str
    channel: str
    thread: ThreadRef | None = None
    """Where Slack opened a thread for it, in the older assistant view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninstalled:
    """The app was removed from a workspace."""

    workspace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensRevoked:
    """Tokens of bot users were revoked."""

    workspace: str
    bots: tuple[str, ...]
    """The bot users' ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command; its answers are for this person alone."""

    workspace: str
    channel: str
    user: str
    response_url: str = field(default="", repr=False)
    command: str = ""
    """As the workspace calls it."""
    thread: ThreadRef | None = None
    """Where it was typed into a thread; Slack does not allow that to most apps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Command):
    """Begin a run in this channel."""

    text: str
    """What the team is to do; empty: nothing was written, and that is to be said."""
    team: str | None = None
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams(Command):
    """List the teams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Command):
    """List this person's conversations and the models' state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopHere(Command):
    """Stop what this person started in this channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteHere(Command):
    """Mute this person's threads in this channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetHere(Command):
    """Delete what this person began in this channel, once they have confirmed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Help(Command):
    """Say what can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Default(Command):
    """Set the team of this channel's conversations to come."""

    team: str = ""
    """Empty: say which it is."""
    everywhere: bool = False
    """Set it for the whole workspace: `default --workspace TEAM`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Models(Command):
    """Say how the model hosts are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull(Command):
    """Have a model pulled."""

    model: str
    """As it was typed; empty: none was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Command):
    """It is no command that there is."""

    words: str


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


Intent = (
    Ignored
    | Said
    | Changed
    | Mute
    | Stop
    | HelpHere
    | SessionStopped
    | HomeOpened
    | ChatOpened
    | Uninstalled
    | TokensRevoked
    | Ask
    | Teams
    | Status
    | StopHere
    | MuteHere
    | ForgetHere
    | Help
    | Default
    | Models
    | Pull
    | PullPressed
    | Unknown
    | Pressed
    | ForgetConfirmed
    | RunHere
    | Submitted
)
