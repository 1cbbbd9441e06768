"""Ways in which somebody, or something, tries to decide an approval, on each platform and at the inbox itself.

Anna starts a run that wants to run code. Each way ends once the bot has done all that follows from it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from bot.domain import Attachment, ConversationId, InputRequest, Person, RequestStatus, Run, RunStatus
from bot.outbox import card_key
from bot.permissions import Permissions
from bot.ports import Store
from tests.discord_server import Channel, DiscordServer
from tests.fakes import ANNA, BO, Thread
from tests.integration.chat.rig import CODE
from tests.integration.core import rig as core
from tests.integration.discord import rig as discord
from tests.integration.slack import rig as slack
from tests.scripted import Script
from tests.slack_server import Message, SlackServer, Workspace, events

SCRIPTS: dict[str, Script] = {"greet": CODE}
WHO = (
    "starter",
    "other member",
    "guest",
    "external",
    "bot itself",
    "other bot",
    "webhook",
    "edited message",
    "quoted block",
    "forwarded",
    "attachment text",
)
"""Who, or what, says the words."""
Try = Callable[[str], Awaitable[object]]
"""Says these words, in one way."""


class Stage(Protocol):
    """A run that waits for an approval, and those who try to decide it."""

    async def tries(self, who: str, words: str) -> None:
        """Say these words in this way, and return once all that follows from them is done."""
        ...

    async def request(self) -> InputRequest:
        """Return the approval as it is now."""
        ...

    def executed(self) -> int:
        """Return how often code was run."""
        ...


Staged = Callable[[Path, Permissions | None], AbstractAsyncContextManager[Stage]]


class InboxStage:
    """The inbox itself, given what an adapter would hand in."""

    def __init__(self, rig: core.Rig, thread: Thread) -> None:
        self.rig = rig
        self.thread = thread

    async def tries(self, who: str, words: str) -> None:
        event = self.thread.event(words, by=self._person(who))
        quote = f"> Bo:\n> {words}"
        if who == "edited message":
            event = replace(event, edited=True)
        elif who == "quoted block":
            event = replace(event, text=f"> {words}")
        elif who == "forwarded":
            event = replace(event, text=quote)
        elif who == "attachment text":
            file = Attachment(name=f"{words}.txt", media_type="text/plain", data=words.encode())
            event = replace(event, text="", attachments=(file,))
        await self.rig.say(event)

    def _person(self, who: str) -> Person:
        others = {
            "other member": BO,
            "guest": Person(id="u3", name="Anna", guest=True),
            "external": Person(id="u4", name="Anna", external=True),
            "bot itself": Person(id="b0", name="Threadfast", bot=True),
            "other bot": Person(id="b1", name="Anna", bot=True),
            "webhook": Person(id="b2", name="Anna", bot=True),
        }
        return others.get(who, ANNA)

    async def request(self) -> InputRequest:
        return await newest(self.rig, self.thread.ref.conversation)

    def executed(self) -> int:
        return self.rig.teams.executed.total()


@asynccontextmanager
async def at_the_inbox(path: Path, permissions: Permissions | None = None) -> AsyncIterator[Stage]:
    """Have a run wait for an approval."""
    thread = Thread()
    async with core.running(path, SCRIPTS, permissions=permissions) as rig:
        await rig.say(thread.event("hi"))
        yield InboxStage(rig, thread)


@dataclass(slots=True)
class SlackStage:
    """A channel of a wire-level Slack."""

    bot: slack.Bot
    server: SlackServer
    root: Message

    async def tries(self, who: str, words: str) -> None:
        ways: dict[str, Try] = {
            "starter": lambda text: self._says("Anna", text),
            "other member": lambda text: self._says("Bo", text),
            "guest": lambda text: self._says("Gus", text),
            "external": lambda text: self._says("Eve", text),
            "bot itself": self._as_itself,
            "other bot": lambda text: self._says("CI", text),
            "webhook": self._by_webhook,
            "edited message": lambda text: self._workspace.person("Anna").edits(self.root, f"@Threadfast {text}"),
            "quoted block": lambda text: self._says("Anna", f"> {text}"),
            "forwarded": self._forwards,
            "attachment text": self._attaches,
        }
        await ways[who](words)
        await self.server.settled()
        await self.bot.until_handled()
        await at_rest(self.bot, slack.thread_of(self._workspace, self.root).conversation)

    @property
    def _workspace(self) -> Workspace:
        return self.server.workspace()

    async def _says(self, name: str, text: str) -> None:
        channel = self._workspace.channel("general")
        await self._workspace.person(name).says(channel, text, thread=self.root)

    async def _as_itself(self, text: str) -> None:
        bot = self._workspace.bot
        self._posted(user=bot.user.id, bot_id=bot.bot_id, text=text)

    async def _by_webhook(self, text: str) -> None:
        # Slack's webhooks are let in by their bot's id, and show whatever name they like.
        ci = self._workspace.person("CI").user
        self._posted(user="", bot_id=ci.bot_id, subtype="bot_message", username="Anna", text=text)

    async def _forwards(self, text: str) -> None:
        anna = self._workspace.person("Anna")
        share = {"is_share": True, "author_name": "Bo", "author_id": "U0BO", "text": text, "fallback": text}
        self._posted(user=anna.id, text="", attachments=[share])

    async def _attaches(self, text: str) -> None:
        anna = self._workspace.person("Anna")
        unfolded = {"text": text, "fallback": text, "title": text, "from_url": "https://example.org"}
        file = self._workspace.upload(f"{text}.txt", text.encode(), anna.id)
        self._posted(user=anna.id, text="", attachments=[unfolded], files=[file], subtype="file_share")

    def _posted(self, **fields: Any) -> None:
        channel = self._workspace.channel("general")
        message = self._workspace.post(channel, thread_ts=self.root.ts, **fields)
        self._workspace.tell(events.posted(channel, message), channel)

    async def request(self) -> InputRequest:
        return await newest(self.bot, slack.thread_of(self._workspace, self.root).conversation)

    def executed(self) -> int:
        return self.bot.teams.executed.total()


@asynccontextmanager
async def on_slack(path: Path, permissions: Permissions | None = None) -> AsyncIterator[SlackStage]:
    """Have a run wait for an approval in a channel in which CI, another bot, is let in."""
    async with SlackServer() as server:
        workspace = server.workspace()
        anna = workspace.person("Anna")
        others = [workspace.person("Bo"), workspace.guest("Gus"), workspace.external("Eve"), workspace.other_bot("CI")]
        general = workspace.channel("general")
        general.members |= {other.id for other in others}
        allowed = frozenset({str(others[-1].user.bot_id), others[-1].id})
        async with slack.running(
            path,
            server,
            workspace,
            scripts=SCRIPTS,
            permissions=permissions,
            settings=lambda given: replace(given, allowed_bots=allowed),
        ) as bot:
            root = await anna.says(general, "@Threadfast hi")
            await general.until(lambda thread: "Approve" in str(thread), thread=root)
            await shown(bot, slack.thread_of(workspace, root).conversation)
            yield SlackStage(bot, server, root)


@dataclass(slots=True)
class DiscordStage:
    """A thread of a wire-level Discord."""

    bot: discord.Bot
    server: DiscordServer
    general: Channel
    thread: Channel

    async def tries(self, who: str, words: str) -> None:
        anna = self.server.person("Anna")
        ways: dict[str, Try] = {
            "starter": lambda text: anna.says(self.thread, text),
            "other member": lambda text: self.server.person("Bo").says(self.thread, text),
            "guest": lambda text: self.server.person("Gus").says(self.thread, text),
            "external": lambda text: self._posted("Eve", text),
            "bot itself": lambda text: self._posted("Threadfast", text),
            "other bot": lambda text: self._posted("CI", text),
            "webhook": self._by_webhook,
            "edited message": self._edits,
            "quoted block": lambda text: anna.says(self.thread, f">>> {text}\n{text}"),
            "forwarded": self._forwards,
            "attachment text": self._attaches,
        }
        await ways[who](words)
        await self._settled()

    async def _settled(self) -> None:
        """Return once a message that was said later is understood: Discord tells of all in their order."""
        anna = self.server.person("Anna")
        later = await anna.thread_of(await anna.mentions(self.general, "hi"))
        await anna.until(later, lambda seen: "Approve" in seen.buttons)
        await self.bot.until_handled()
        await at_rest(self.bot, discord.thread_of(self.thread).conversation)

    async def _posted(self, name: str, text: str, **fields: Any) -> None:
        users = {"Threadfast": self.server.app.user}
        user = users.get(name) or next(one for one in self.server.world.users.values() if one.shown == name)
        self.server.world.post(self.thread, user, text, **fields)

    async def _by_webhook(self, text: str) -> None:
        hook = next(iter(self.server.world.webhooks.values()), None)
        assert hook is not None, "somebody has made a webhook"
        face = replace(self.server.person("Anna").user, id=hook.id, bot=True)
        self.server.world.post(self.thread, face, text, webhook_id=hook.id)

    async def _edits(self, text: str) -> None:
        anna = self.server.person("Anna")
        root = self.server.world.messages[self.general.id][self.thread.id]
        await anna.edits(root, f"<@{self.server.app.id}> {text}")

    async def _forwards(self, text: str) -> None:
        reference = {"message_id": str(self.thread.id), "channel_id": str(self.general.id)}
        await self._posted("Anna", "", reference=reference, snapshots=[text])

    async def _attaches(self, text: str) -> None:
        unfolded = [{"type": "article", "title": text, "description": text}]
        file = self.server.world.attachment(self.thread, f"{text}.txt", text.encode())
        await self._posted("Anna", "", attachments=[file], embeds=unfolded)

    async def request(self) -> InputRequest:
        return await newest(self.bot, discord.thread_of(self.thread).conversation)

    def executed(self) -> int:
        return self.bot.teams.executed.total()


@asynccontextmanager
async def on_discord(path: Path, permissions: Permissions | None = None) -> AsyncIterator[DiscordStage]:
    """Have a run wait for an approval in a thread, on a server where CI, another bot, and a webhook are let in."""
    async with DiscordServer() as server:
        server.limits.off()
        world = server.world
        guild = world.guild("Acme")
        general = world.channel(guild, "general")
        anna = server.person("Anna")
        server.person("Bo")
        guild.members[server.person("Gus").user.id].guest = True
        world.user("Eve", join=False)
        robot = world.user("CI", bot=True)
        hook = world.create_webhook(general, anna.user, "Anna")
        allowed = frozenset({str(robot.id), str(hook.id)})
        async with discord.running(
            path,
            server,
            scripts=SCRIPTS,
            permissions=permissions,
            settings=lambda given: replace(given, allowed_bots=allowed),
        ) as bot:
            thread = await anna.thread_of(await anna.mentions(general, "hi"))
            await anna.until(thread, lambda seen: "Approve" in seen.buttons)
            await shown(bot, discord.thread_of(thread).conversation)
            yield DiscordStage(bot, server, general, thread)


class Stored(Protocol):
    """A bot whose store can be read."""

    @property
    def store(self) -> Store:
        """The store."""
        ...


async def newest(bot: Stored, conversation: ConversationId) -> InputRequest:
    """Return a conversation's newest request."""
    [found] = await bot.store.read(lambda records: records.requests.of(conversation, newest=1))
    return found


async def shown(bot: Stored, conversation: ConversationId) -> None:
    """Return once the bot knows that its card is shown: until then words approve nothing."""
    key = card_key(await newest(bot, conversation))
    while await bot.store.read(lambda records: records.outbox.sent_as(conversation, key)) is None:  # noqa: ASYNC110 - nothing else tells it
        await asyncio.sleep(0.01)


async def at_rest(bot: Stored, conversation: ConversationId) -> None:
    """Return once a conversation's run waits for people, or is over; the test's time limit ends the wait."""

    async def run() -> Run:
        return (await bot.store.read(lambda records: records.runs.of(conversation)))[0]

    while (await run()).status is RunStatus.WORKING:  # noqa: ASYNC110 - nothing else tells it
        await asyncio.sleep(0.01)


def untouched(request: InputRequest) -> bool:
    """Say whether nothing of an approval is decided."""
    return request.status is RequestStatus.OPEN and not any(request.decided)
