"""What slash commands ask for."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain import ThreadRef


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
