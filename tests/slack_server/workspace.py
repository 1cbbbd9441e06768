"""A workspace: its people, channels and the app's installation; and what an administrator does to them."""

from __future__ import annotations

import mimetypes
from typing import Any

from tests.slack_server import events
from tests.slack_server.channels import Channel
from tests.slack_server.entities import File, Json, Message, SlackError, User, View
from tests.slack_server.hub import Hub
from tests.slack_server.installation import Installation
from tests.slack_server.people import Person


class Workspace:
    """One Slack workspace with the app installed."""

    def __init__(self, hub: Hub, name: str, *, installed: bool = True) -> None:
        self.hub = hub
        self.id = hub.ids.next("T")
        self.name = name
        self.domain = name.lower().replace(" ", "-")
        self.users: dict[str, User] = {}
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.groups: dict[str, set[str]] = {}
        """User groups: their members' ids, by the group's."""
        self.sessions: dict[tuple[str, str], Json] = {}
        """What the app said of each thread's session, by channel and thread."""
        self.agent_sessions = True
        """False: the app is not declared as an agent."""
        bot_id = hub.ids.next("B")
        account = self._user(hub.app.name, is_bot=True, bot_id=bot_id, app_id=hub.app.id)
        self.bot = Installation(user=account, bot_id=bot_id, token=f"xoxb-{self.id}-token", removed=not installed)
        hub.teams[self.id] = self

    def _user(self, name: str, **more: Any) -> User:
        whose = {"team_id": self.id, "handle": name.lower().replace(" ", "."), "name": name}
        user = User(id=self.hub.ids.next("U"), **(whose | more))
        self.users[user.id] = user
        return user

    def person(self, name: str, *, locale: str = "en-US", is_admin: bool = False, is_owner: bool = False) -> Person:
        """Return a person by name; who is new is added, and joins every public channel."""
        known = next((person for person in self.people.values() if person.name == name), None)
        if known is not None:
            return known
        user = self._user(name, locale=locale, is_admin=is_admin, is_owner=is_owner)
        person = self.people[user.id] = Person(self, user)
        for channel in self.channels.values():
            if channel.kind == "channel":
                channel.members.add(user.id)
        return person

    def guest(self, name: str, *, channels: str = "multi") -> Person:
        """Add a guest: of several channels, or of a `single` one."""
        person = self.person(name)
        person.user.guest = channels
        return person

    def external(self, name: str, *, team: str = "T0THEIRS") -> Person:
        """Add somebody of another workspace, who is in channels that both share."""
        person = self.person(name)
        person.user.team_id = team
        return person

    def user_group(self, *members: Person) -> str:
        """Add a user group and return its id."""
        group = self.hub.ids.next("S")
        self.groups[group] = {person.id for person in members}
        return group

    def other_bot(self, name: str) -> Person:
        """Add another app's bot, that says things as a person does; its messages carry a bot_id."""
        user = self._user(name, is_bot=True, bot_id=self.hub.ids.next("B"), app_id=self.hub.ids.next("A9"))
        person = self.people[user.id] = Person(self, user)
        return person

    def channel(
        self,
        name: str,
        *,
        private: bool = False,
        bot: bool = True,
        channel_id: str | None = None,
        creator: Person | None = None,
    ) -> Channel:
        """Return a channel by name; a new one has everybody in it, the bot too unless told otherwise."""
        known = next((one for one in self.channels.values() if one.name == name and one.kind != "im"), None)
        if known is not None:
            return known
        kind = "group" if private else "channel"
        channel = Channel(id=channel_id or self.hub.ids.next("C"), name=name, workspace=self, kind=kind)
        channel.members = {*self.people} | ({self.bot.user.id} if bot else set())
        channel.creator = creator.id if creator is not None else next(iter(self.people), "")
        self.channels[channel.id] = channel
        return channel

    def dm(self, user: str) -> Channel:
        """Return the direct message channel of somebody and the bot."""
        members = {user, self.bot.user.id}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == members:
                return channel
        channel = Channel(id=self.hub.ids.next("D"), name=self.users[user].name, workspace=self, kind="im")
        channel.members = members
        self.channels[channel.id] = channel
        return channel

    def name_of(self, key: str) -> str:
        """Return what people see for an id."""
        if key in self.users:
            return self.users[key].name
        return self.channels[key].name if key in self.channels else key

    def post(self, channel: Channel, *, at: str | None = None, **fields: Any) -> Message:
        """Put a message into a channel, without telling the app of it."""
        message = Message(team_id=self.id, channel=channel.id, ts=at or channel.next_ts(), **fields)
        channel.messages[message.ts] = message
        return message

    def tell(self, event: Json, channel: Channel | None = None) -> None:
        """Let the app know of an event, if it is installed, subscribed and in that channel."""
        if self.bot.removed or not events.subscribed(self.bot, event):
            return
        if channel is None or self.bot.user.id in channel.members:
            self.hub.deliveries.event(self, event)

    def upload(self, name: str, content: bytes, user: str = "") -> File:
        """Have a file, that messages can show."""
        file = new_file(self, name, content, user or self.bot.user.id)
        self.files[file.id] = file
        return file

    def archive(self, channel: Channel) -> None:
        """Archive a channel."""
        channel.archived = True

    def unarchive(self, channel: Channel) -> None:
        """Bring an archived channel back."""
        channel.archived = False

    def kick_bot(self, channel: Channel) -> None:
        """Remove the bot from a channel."""
        channel.members.discard(self.bot.user.id)

    def invite_bot(self, channel: Channel) -> None:
        """Invite the bot to a channel."""
        channel.members.add(self.bot.user.id)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with everything in it."""
        del self.channels[channel.id]

    def revoke_token(self) -> None:
        """Make the bot's token worthless, and tell the app."""
        self.tell({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot.user.id]}})
        self.bot.revoked = True

    def uninstall(self) -> None:
        """Remove the app from the workspace, and tell it."""
        self.tell({"type": "app_uninstalled"})
        self.revoke_token()
        self.bot.removed = True

    def install(self) -> None:
        """Install the app, or install it again with a new token."""
        if self.bot.revoked or self.bot.removed:
            self.bot.token = f"xoxb-{self.id}-{self.hub.ids.next('token')}"
        self.bot.revoked = self.bot.removed = False

    def unfurl(self, message: Message) -> None:
        """Show a preview under a message's link: the app hears of a change in which the text is the same."""
        channel = self.channels[message.channel]
        before = message.wire()
        message.attachments = [{"from_url": "https://example.com", "fallback": "Example", "title": "Example"}]
        self.tell(events.changed(channel, message, before), channel)

    def delete(self, message: Message) -> None:
        """Delete a message; of a thread's first message with replies a tombstone stays, as in Slack."""
        channel = self.channels[message.channel]
        before = message.wire()
        if message.thread_ts is None and channel.replies(message.ts):
            message.remember()
            message.subtype, message.text, message.blocks = "tombstone", "This message was deleted.", []
            message.user, message.metadata, message.files, message.markdown = "USLACKBOT", None, [], ""
            self.tell(events.changed(channel, message, before), channel)
            return
        message.deleted = True
        del channel.messages[message.ts]
        self.tell(events.deleted(channel, message, before), channel)

    def delete_thread(self, root: Message) -> None:
        """Delete a thread with all its replies."""
        for message in [*self.channels[root.channel].replies(root.root)][::-1]:
            self.delete(message)
        self.delete(root)

    def visible(self, channel_id: str) -> Channel:
        """Return a channel that the bot may know of, by id or name.

        Raises:
            SlackError: channel_not_found.
        """
        name = channel_id.removeprefix("#")
        found = self.channels.get(channel_id) or next((c for c in self.channels.values() if c.name == name), None)
        if found is None or (found.kind != "channel" and self.bot.user.id not in found.members):
            raise SlackError("channel_not_found")
        return found

    def writable(self, channel_id: str) -> Channel:
        """Return a channel in which the bot may write.

        Raises:
            SlackError: channel_not_found, not_in_channel or is_archived.
        """
        if channel_id in self.people:
            return self.dm(channel_id)
        found = self.visible(channel_id)
        if found.archived:
            raise SlackError("is_archived")
        if self.bot.user.id not in found.members:
            raise SlackError("not_in_channel")
        return found


def new_file(workspace: Workspace, name: str, content: bytes | None, user: str) -> File:
    """Return a new file, that is not in the workspace yet."""
    return File(
        id=workspace.hub.ids.next("F"),
        team_id=workspace.id,
        name=name,
        title=name,
        content=content,
        user=user,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        base=workspace.hub.url,
        created=int(workspace.hub.clock.now()),
    )
