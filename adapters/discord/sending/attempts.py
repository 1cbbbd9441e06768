"""How far posts have come, as far as this process knows, and what is known to be shown where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.chat.sending.attempts import Attempt, Unsure
from adapters.discord.sending.places import Place

NONCE_LASTS = timedelta(minutes=2)
"""How long Discord surely knows the nonce of a message again."""


@dataclass(slots=True, kw_only=True)
class DiscordAttempt(Attempt):
    """How far a post has come, and where."""

    place: Place
    after: str = ""
    """The newest message that is known to be shown there before it; empty: none is."""
    bold: bool | None = None
    """Whether its words begin with the agent's name; None: nothing of it is shown, so that is still open."""
    unsure_since: datetime | None = None
    """When it was first sent, if the bot itself sent it with a nonce; None: it went through a webhook."""
    looked: bool = False
    """Whether its place was read because something may have been sent before."""

    def may_repeat(self, now: datetime) -> bool:
        """Whether what was sent can be sent again without being shown twice."""
        return not self.unsure or (self.unsure_since is not None and now < self.unsure_since + NONCE_LASTS)

    @property
    def message(self) -> str:
        """The newest message that shows something of it; empty: none does."""
        return max(self.shown.values(), key=int, default="")


class Sending(Unsure):
    """Notes, while something new is sent, that nobody knows whether it is shown, and until when it may be repeated."""

    def __init__(self, attempt: DiscordAttempt, *, nonced_at: datetime | None) -> None:
        """Take the attempt, and when it is sent if its nonce makes repeating it harmless."""
        super().__init__(attempt)
        self._sent = attempt
        self._nonced_at = nonced_at

    def __enter__(self) -> None:
        # Sent again, the nonce is as old as its first use.
        self._sent.unsure_since = self._sent.unsure_since or self._nonced_at
        super().__enter__()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        super().__exit__(kind, error, trace)
        if not self._sent.unsure:
            self._sent.unsure_since = None


def joined(shown: dict[int, str]) -> str:
    """Return the id of a whole post: those of its messages, in order."""
    return "-".join(shown[number] for number in sorted(shown))


def messages_of(post_id: str) -> list[str]:
    """Return the messages of a post's id."""
    return [each for each in post_id.split("-") if each.isdecimal()]


def newest_of(post_id: str | None) -> str:
    """Return the newest message of a post's id; empty: there is none."""
    return max(messages_of(post_id or ""), key=int, default="")
