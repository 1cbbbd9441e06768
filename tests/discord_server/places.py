"""Who and what there is on this Discord: accounts, apps, guilds, channels, and who may see which."""

from __future__ import annotations

import base64
import hashlib

from tests.discord_server.entities import (
    DM,
    App,
    Attachment,
    Channel,
    Guild,
    Member,
    Overwrite,
    Role,
    Typing,
    User,
    Webhook,
)
from tests.discord_server.hub import Dispatch, Hub
from tests.discord_server.messages import Interaction, Message
from tests.discord_server.permissions import BOT, IN_DM, MEMBER, Permission, granted
from tests.discord_server.snowflakes import Snowflakes
from tests.slack_server.clock import Clock


class Places:
    """Everything there is: accounts, guilds, channels, messages, webhooks, apps, interactions."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.hub = Hub()
        self.ids = Snowflakes(self.clock.now)
        self.url = ""
        """The server's address, once it listens; attachments are found there."""
        self.other_gateway = ""
        """The address that bots are told to connect to, and to resume at; empty: the gateway's own."""
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        """Threads and direct messages included."""
        self.messages: dict[int, dict[int, Message]] = {}
        """By channel and id, ephemeral ones included, in order."""
        self.files: dict[int, Attachment] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.apps: dict[int, App] = {}
        self.interactions: dict[str, Interaction] = {}
        """By token."""
        self.typings: list[Typing] = []
        self.nonces: dict[tuple[int, int, str], tuple[Message, float]] = {}
        """Messages and when they were sent, by channel, author and nonce."""
        self.nonce_seconds = 180.0
        """How long a nonce is remembered: Discord says "the past few minutes"."""
        self.owner = self.user("Owner")
        self.app = self.new_app("Threadfast")

    def new_app(self, name: str) -> App:
        """Add an application with its bot; it is in no guild yet."""
        key = self.ids.next()
        bot = self.users[key] = User(id=key, name=name, bot=True)
        app = self.apps[key] = App(id=key, name=name, token=token_of(key), user=bot, owner=self.owner)
        return app

    def user(self, name: str, *, bot: bool = False, join: bool = True) -> User:
        """Return an account by name; a new one is a member of every guild, unless told otherwise."""
        for known in self.users.values():
            if known.shown == name:
                return known
        user = User(id=self.ids.next(), name=name.lower().replace(" ", "."), global_name=name, bot=bot)
        self.users[user.id] = user
        for guild in self.guilds.values() if join else ():
            self.join(guild, user)
        return user

    def guild(self, name: str = "Acme", *, bots: bool = True) -> Guild:
        """Return a guild by name; in a new one are everybody and, unless told otherwise, every app's bot."""
        for known in self.guilds.values():
            if known.name == name:
                return known
        guild = Guild(id=self.ids.next(), name=name, owner_id=self.owner.id)
        guild.roles[guild.id] = Role(id=guild.id, name="@everyone", permissions=MEMBER)
        self.guilds[guild.id] = guild
        apps = {app.user.id for app in self.apps.values()}
        for user in [*self.users.values()]:
            if user.id not in apps:
                self.join(guild, user)
        for app in self.apps.values() if bots else ():
            self.install(guild, app)
        return guild

    def join(self, guild: Guild, user: User) -> Member:
        """Make somebody a member."""
        member = guild.members[user.id] = Member(user=user, joined=self.clock.now())
        told = member.as_json() | {"guild_id": str(guild.id)}
        self.hub.dispatch("GUILD_MEMBER_ADD", told, guild_id=guild.id)
        return member

    def leave(self, guild: Guild, user: User) -> None:
        """Let somebody leave; what they wrote stays."""
        del guild.members[user.id]
        self.hub.dispatch("GUILD_MEMBER_REMOVE", {"guild_id": str(guild.id), "user": user.as_json()}, guild_id=guild.id)

    def role(self, guild: Guild, name: str, *users: User) -> str:
        """Make a role, give it to these members, and return its id."""
        role = Role(id=self.ids.next(), name=name, permissions=0, position=1)
        guild.roles[role.id] = role
        self.hub.dispatch("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": role.as_json()}, guild_id=guild.id)
        for user in users:
            guild.members[user.id].roles.append(role.id)
        return str(role.id)

    def install(self, guild: Guild, app: App, permissions: int = BOT) -> None:
        """Add an app's bot to a guild, with a role of its own."""
        role = Role(id=self.ids.next(), name=app.name, permissions=permissions, position=1)
        guild.roles[role.id] = role
        guild.members[app.user.id] = Member(user=app.user, roles=[role.id], joined=self.clock.now())
        self.hub.dispatch("GUILD_CREATE", guild.as_created(app.user.id), guild.id, users={app.user.id})

    def remove(self, guild: Guild, app: App | None = None) -> None:
        """Remove a bot from a guild, as an administrator does."""
        user = (app or self.app).user
        del guild.members[user.id]
        self.hub.dispatch("GUILD_DELETE", {"id": str(guild.id)}, guild.id, users={user.id})

    def channel(self, guild: Guild, name: str = "general", type_: int = 0) -> Channel:
        """Return a guild's channel by name; a new one is seen by everybody."""
        for known in guild.channels.values():
            if known.name == name and not known.is_thread:
                return known
        channel = Channel(id=self.ids.next(), type=type_, name=name, guild_id=guild.id, position=len(guild.channels))
        self.keep(channel)
        self.hub.dispatch("CHANNEL_CREATE", channel.as_json(), guild.id, channel.id)
        return channel

    def dm(self, user: User, app: App | None = None) -> Channel:
        """Return the direct message channel of somebody and a bot."""
        bot = (app or self.app).user
        for known in self.channels.values():
            if known.type == DM and {one.id for one in known.recipients} == {user.id, bot.id}:
                return known
        channel = Channel(id=self.ids.next(), type=DM, recipients=[user, bot])
        self.keep(channel)
        return channel

    def keep(self, channel: Channel) -> None:
        """Let a channel exist, without telling anybody."""
        self.channels[channel.id] = channel
        self.messages[channel.id] = {}
        if channel.guild_id is not None:
            self.guilds[channel.guild_id].channels[channel.id] = channel

    def parent(self, channel: Channel) -> Channel:
        """Return the channel whose rules hold: a thread's parent, else the channel itself."""
        return self.channels[channel.parent_id] if channel.is_thread and channel.parent_id else channel

    def permissions(self, user_id: int, channel: Channel) -> Permission:
        """Return what somebody may do in a channel or thread; 0: not even see it."""
        if channel.guild_id is None:
            return IN_DM if user_id in {one.id for one in channel.recipients} else Permission(0)
        guild = self.guilds.get(channel.guild_id)
        found = granted(guild, user_id, self.parent(channel)) if guild is not None else Permission(0)
        hidden = channel.type == 12 and user_id not in channel.thread_members
        return Permission(0) if hidden and not found & Permission.MANAGE_THREADS else found

    def guild_permissions(self, user_id: int, guild: Guild) -> Permission:
        """Return what somebody may do in a guild as a whole."""
        return granted(guild, user_id, None)

    def sees(self, user_id: int, told: Dispatch) -> bool:
        """Whether a dispatch is for somebody, by guild, channel and recipients; intents are the session's affair."""
        if told.users is not None:
            return user_id in told.users
        if told.guild_id is not None and user_id not in self.guilds[told.guild_id].members:
            return False
        channel = None if told.channel_id is None else self.channels.get(told.channel_id)
        return channel is None or bool(self.permissions(user_id, channel) & Permission.VIEW_CHANNEL)

    def rule(self, channel: Channel, user: User, *, allow: int = 0, deny: int = 0) -> None:
        """Allow or deny somebody something in a channel; VIEW_CHANNEL denied hides it."""
        channel.overwrites[user.id] = Overwrite(type=1, allow=allow, deny=deny)
        self.hub.dispatch("CHANNEL_UPDATE", channel.as_json(), channel.guild_id, channel.id)


def token_of(key: int) -> str:
    """Return the token of an app's bot, which looks like Discord's: the id in Base64, a time, a signature."""
    written = str(key).encode()
    return f"{base64.b64encode(written).decode().rstrip('=')}.GTestT.{hashlib.sha256(written).hexdigest()[:38]}"
