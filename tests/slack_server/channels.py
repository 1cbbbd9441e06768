"""A channel: its members and messages, and the way a test looks at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.slack_server.entities import Json, Message
from tests.slack_server.shown import Shown, Thread

if TYPE_CHECKING:
    from tests.slack_server.workspace import Workspace

_SCOPES = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


@dataclass(slots=True, kw_only=True, eq=False)
class Channel:
    """A public or private channel, or a direct message."""

    id: str
    name: str
    workspace: Workspace
    kind: str = "channel"
    """`channel`, `group`, `im` or `mpim`, as Slack's channel_type."""
    creator: str = ""
    members: set[str] = field(default_factory=set)
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    """By ts, in order; ephemeral messages are not among them."""
    last: int = 0
    """The newest ts in microseconds."""

    @property
    def scope(self) -> str:
        """The scope's family: `channels`, `groups`, `im`, `mpim`."""
        return _SCOPES[self.kind]

    def next_ts(self) -> str:
        """Return a ts that is later than every other of this channel."""
        self.last = max(self.last + 100, int(self.workspace.hub.clock.now() * 1_000_000))
        return f"{self.last // 1_000_000}.{self.last % 1_000_000:06d}"

    def wire(self) -> Json:
        """Return the channel object."""
        common = {
            "id": self.id,
            "created": 1_700_000_000,
            "is_archived": self.archived,
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "group",
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "channel",
            "context_team_id": self.workspace.id,
            "is_org_shared": False,
        }
        if self.kind == "im":
            other = next(iter(self.members - {self.workspace.bot.user.id}), "")
            return common | {"user": other}
        more = {"name": self.name, "name_normalized": self.name, "creator": self.creator, "is_general": False}
        return common | more | {"is_member": self.workspace.bot.user.id in self.members, "is_ext_shared": False}

    def replies(self, root: str) -> list[Message]:
        """Return a thread's replies in order."""
        return [message for message in self.messages.values() if message.thread_ts == root]

    def with_thread(self, message: Message, *, metadata: bool = False) -> Json:
        """Return a message object with what its thread adds."""
        wire = message.wire(metadata=metadata)
        if message.thread_ts is not None:
            root = self.messages.get(message.thread_ts)
            return wire | {"parent_user_id": root.user} if root is not None else wire
        replies = self.replies(message.ts)
        if not replies:
            return wire
        users = list(dict.fromkeys(reply.user for reply in replies))
        counted = {"reply_count": len(replies), "reply_users_count": len(users), "reply_users": users[:5]}
        return wire | counted | {"thread_ts": message.ts, "latest_reply": replies[-1].ts, "is_locked": False}

    def thread(self, root: Message | str | None = None) -> Thread:
        """Return what a person sees: of a thread, or (None) of the whole channel with all its threads."""
        ts = root.root if isinstance(root, Message) else root
        messages = [message for message in self.messages.values() if ts in (None, message.root)]
        shown = [Shown.of(message, self.workspace) for message in messages if not message.deleted]
        return Thread(channel=self, ts=ts, messages=shown)

    async def until(
        self, condition: Callable[[Thread], object], thread: Message | str | None = None, seconds: float = 10.0
    ) -> Thread:
        """Wait until something is true of what people see, and return it.

        Raises:
            AssertionError: It was not true in time; says what could be seen, and what the bot asked for last.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            seen = self.thread(thread)
            if condition(seen):
                return seen
            if loop.time() >= end:
                raise AssertionError(
                    f"not seen within {seconds} s in #{self.name}:\n{seen}\n{self.workspace.hub.report()}"
                )
            await asyncio.sleep(0.01)
