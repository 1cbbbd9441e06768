"""A person at Slack: writes, presses, fills in, and sees what only they see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tests.slack_server import events
from tests.slack_server.accounts import message_of
from tests.slack_server.compose import compose
from tests.slack_server.entities import File, Json, Message
from tests.slack_server.pressing import Hands
from tests.slack_server.shown import Shown

if TYPE_CHECKING:
    from tests.slack_server.channels import Channel

Upload = File | tuple[str, bytes]
"""A file to attach: an existing one, or a name and its bytes."""


class Person(Hands):
    """Somebody in a workspace."""

    async def says(
        self,
        channel: Channel | str,
        text: str = "",
        *,
        thread: Message | Shown | str | None = None,
        files: Sequence[Upload] = (),
        broadcast: bool = False,
        at: str | None = None,
    ) -> Message:
        """Write a message, `@name` and `#channel` as one types them; the app is told beside this."""
        place = self.place(channel)
        composed = self._composed(text)
        root = thread if isinstance(thread, str | None) else message_of(thread).root
        attached = [self._file(place, upload) for upload in files]
        subtype = "file_share" if attached else ("thread_broadcast" if broadcast else None)
        message = self.workspace.post(
            place,
            at=at,
            user=self.id,
            text=composed.text,
            blocks=composed.blocks,
            files=attached,
            thread_ts=root,
            subtype=subtype,
            bot_id=self.user.bot_id,
            app_id=self.user.app_id,
            client_msg_id=self.workspace.hub.ids.next("msg-"),
        )
        for file in attached:
            file.shares.setdefault("public", {})[place.id] = [{"ts": message.ts, "thread_ts": root}]
        self.workspace.tell(events.posted(place, message), place)
        if self.workspace.bot.user.id in composed.mentions and place.kind != "im":
            self.workspace.tell(events.mention(place, message), place)
        return message

    async def edits(self, message: Message | Shown, text: str) -> Message:
        """Change the text of an own message."""
        message = message_of(message)
        place = self.workspace.channels[message.channel]
        before, composed = message.wire(), self._composed(text)
        message.remember()
        message.text, message.blocks = composed.text, composed.blocks
        message.edited = {"user": self.id, "ts": place.next_ts()}
        self.workspace.tell(events.changed(place, message, before), place)
        if self.workspace.bot.user.id in composed.mentions and place.kind != "im":
            self.workspace.tell(events.mention(place, message, event_ts=message.edited["ts"]), place)
        return message

    async def deletes(self, message: Message | Shown) -> None:
        """Delete a message."""
        self.workspace.delete(message_of(message))

    async def reacts(self, message: Message | Shown, name: str) -> None:
        """Add a reaction."""
        message = message_of(message)
        message.reactions.setdefault(name, []).append(self.id)
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {"type": "reaction_added", "user": self.id, "reaction": name, "item": item, "item_user": message.user}
        place = self.workspace.channels[message.channel]
        self.workspace.tell(event | {"event_ts": place.next_ts()}, place)

    async def opens_home(self) -> None:
        """Open the app's Home tab."""
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": self.dm.id, "tab": "home"}
        event |= {"event_ts": self.dm.next_ts()} | ({"view": self.home.wire()} if self.home is not None else {})
        self.workspace.tell(event)

    async def stops_session(self, thread: Message | Shown) -> None:
        """Press Slack's own stop button in a thread; streams that run there end."""
        message = message_of(thread)
        place = self.workspace.channels[message.channel]
        streams = [one for one in place.replies(message.root) if one.stream is not None and one.stream.live]
        for one in streams:
            if one.stream is not None:
                one.stream.live = False
        event = {"type": "agent_session_stopped", "user": self.id, "channel": place.id, "thread_ts": message.root}
        stopped = {"streaming_message_ts": [one.ts for one in streams], "event_ts": place.next_ts()}
        self.workspace.tell(event | stopped, place)

    def _composed(self, text: str) -> Any:
        people = {user.name: user.id for user in self.workspace.users.values()}
        channels = {one.name: one.id for one in self.workspace.channels.values() if one.kind != "im"}
        return compose(text, people, channels)

    def _file(self, channel: Channel, upload: Upload) -> File:
        if isinstance(upload, File):
            return upload
        return self.workspace.upload(upload[0], upload[1], self.id)
