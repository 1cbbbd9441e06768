"""A bot that handles what a wire-level Discord delivers, over a real store; its posts are shown the simplest way."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import aiohttp

from adapters.chat.handling.accepting import Accepting
from adapters.chat.handling.worker import Worker
from adapters.discord.connecting import described
from adapters.discord.connecting.buttons import view_of
from adapters.discord.connecting.client import GatewayClient, make_client
from adapters.discord.connecting.connection import Connection
from adapters.discord.connecting.supervising import close
from adapters.discord.connecting.syncing import KeptInStore
from adapters.discord.events import Me
from adapters.discord.handling.desk import Desk
from adapters.discord.handling.dispatch import Handling
from adapters.discord.handling.forms import Forms
from adapters.discord.ids import ADAPTER, post_nonce
from adapters.discord.rendering.render import render
from adapters.discord.sending.places import place_of
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.answers import Answers
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.files import Files
from adapters.discord.web.tracing import no_repetition
from bot import ports
from bot.app import SystemClock
from bot.domain import InputRequest, Post, RequestStatus, Run, RunStatus, ThreadRef
from bot.engine import EmbeddedEngine, Limits
from bot.inbox import Inbox
from bot.overview import StoredOverview
from bot.permissions import Permissions
from bot.recovery import serving
from bot.store import open_store
from bot.store.store import SqlStore
from tests.discord_server import Channel, DiscordServer
from tests.fakes import FakeAdapter
from tests.scripted import Script, ScriptedTeams

GREET: Script = [["say", "ada", "hello"], ["ask", "you", "model"], ["say", "ada", "you said {answer}"]]


class Showing(FakeAdapter):
    """Shows posts as messages of the bot's own; exactly once is another's concern."""

    def __init__(self, api: DiscordApi) -> None:
        super().__init__(ADAPTER)
        self._api = api

    async def post(self, post: Post, *, update: str | None = None) -> str:
        place = place_of(post.thread).thread
        parts = render(post, bold_name=True).parts
        if update is not None:
            await self._api.edit(place, update, parts[0])
            return update
        ids = [
            await self._api.send(place, part, nonce=post_nonce(post.key, number), in_thread=True)
            for number, part in enumerate(parts)
        ]
        self.shown[ids[0]] = post
        return ids[0]


class Handled:
    """One process; several over the same file, one after the other, are its restarts."""

    def __init__(
        self, path: Path, store: SqlStore, teams: ScriptedTeams, client: GatewayClient, inbox: ports.Inbox
    ) -> None:
        self.path = path
        self.store = store
        self.teams = teams
        self.client = client
        self.inbox = inbox
        self.worked: list[ThreadRef] = []
        """Threads in which a team was given work."""

    async def runs(self, thread: Channel) -> list[Run]:
        """Return a thread's runs, oldest first."""
        ref = self.ref(thread)
        found = await self.store.read(lambda records: records.runs.of(ref.conversation))
        return found[::-1]

    async def statuses(self, thread: Channel) -> list[RunStatus]:
        return [run.status for run in await self.runs(thread)]

    async def questions(self, thread: Channel, status: RequestStatus = RequestStatus.OPEN) -> list[InputRequest]:
        ref = self.ref(thread)
        return await self.store.read(lambda records: records.requests.of(ref.conversation, status=status))

    async def until_asked(self, thread: Channel) -> None:
        """Return once a question is open in a thread."""
        while not await self.questions(thread):  # noqa: ASYNC110 - nothing else tells it
            await asyncio.sleep(0.005)

    def ref(self, thread: Channel) -> ThreadRef:
        """Return the address of a thread, or of direct messages."""
        if thread.guild_id is None:
            return ThreadRef(adapter=ADAPTER, workspace="dm", channel=str(thread.id), thread=str(thread.id))
        guild, parent = str(thread.guild_id), str(thread.parent_id)
        return ThreadRef(adapter=ADAPTER, workspace=guild, channel=parent, thread=str(thread.id))

    async def until(self, holds: Callable[[], object]) -> None:
        """Return once this holds; the test's time limit ends the wait."""
        while not holds():  # noqa: ASYNC110 - what a test waits for has no event
            await asyncio.sleep(0.005)

    async def until_handled(self, *kinds: str) -> None:
        """Return once deliveries of these kinds, or this kind and id, were received and all that were are handled."""
        while not await asyncio.to_thread(_is_handled, self.path, kinds):  # noqa: ASYNC110 - nothing else tells it
            await asyncio.sleep(0.01)


def _is_handled(path: Path, kinds: Sequence[str]) -> bool:
    with closing(sqlite3.connect(path / "store.db")) as database:
        rows = database.execute("SELECT delivery, handled_at FROM deliveries").fetchall()
    known = {name for delivery, _ in rows for name in (str(delivery), str(delivery).partition(":")[0])}
    return known >= set(kinds) and all(handled for _, handled in rows)


@asynccontextmanager
async def handled(
    path: Path,
    server: DiscordServer,
    *,
    scripts: Mapping[str, Script] | None = None,
    settings: DiscordSettings | None = None,
    between: Callable[[ports.Inbox], ports.Inbox] = lambda inbox: inbox,
    overview: type[StoredOverview] = StoredOverview,
    permissions: Permissions | None = None,
) -> AsyncIterator[Handled]:
    """Run the bot over the store at `path`; it begins when the connection stands.

    Args:
        path: Where the store is.
        server: Which server.
        scripts: What the teams do.
        settings: How the server is reached, if otherwise than usually.
        between: Makes what stands between the adapter and the inbox.
        overview: What people are shown beside their threads.
        permissions: Who may do what.
    """
    clock = SystemClock()
    given = settings or DiscordSettings(token=server.token, api_url=server.api_url, gateway_url=server.gateway_url)
    store = await asyncio.to_thread(open_store, path / "store.db", clock=clock)
    client = make_client(given, trace=no_repetition())
    client._connection.guild_ready_timeout = 0.2  # two seconds in the library, in which a real server is still telling
    teams = ScriptedTeams(scripts or {"greet": GREET}, clock=clock)
    api = DiscordApi(client, views=view_of, describe=described.message)
    adapters = {ADAPTER: Showing(api)}
    engine = EmbeddedEngine(
        store=store, teams=teams, adapters=adapters, clock=clock, limits=Limits(), permissions=permissions
    )
    inbox = Inbox(
        store=store,
        teams=teams,
        engine=engine,
        clock=clock,
        adapters=adapters,
        default_team="greet",
        permissions=permissions,
    )
    bot = Handled(path, store, teams, client, between(inbox))
    told_of = overview(store=store, teams=teams, default_team="greet", models=_models, permissions=permissions)
    told: list[str] = []
    connection = Connection(client, given, kept=KeptInStore(store), clock=clock, tell=told.append)
    try:
        await connection.log_in()
        async with aiohttp.ClientSession() as session, serving(engine, drain_seconds=2.0):
            files = Files(session, api_url=given.api_url)
            async with _listening(bot, _desk(bot, given, api, files, told_of), connection, told):
                yield bot
    finally:
        await close(client)
        await store.close()


def _desk(bot: Handled, settings: DiscordSettings, api: DiscordApi, files: Files, overview: ports.Overview) -> Desk:
    assert bot.client.user is not None
    return Desk(
        settings=settings,
        user=str(bot.client.user.id),
        application=str(bot.client.application_id),
        api=api,
        files=files,
        answers=Answers(bot.client),
        overview=overview,
        inbox=Accepting(bot.inbox, bot.worked.append),
        clock=SystemClock(),
    )


@asynccontextmanager
async def _listening(bot: Handled, desk: Desk, connection: Connection, told: list[str]) -> AsyncIterator[None]:
    worker = Worker(Handling(desk), handled=bot.inbox.handled, clock=desk.clock)
    me = Me(user=desk.user, application=desk.application)
    async with asyncio.TaskGroup() as group:
        for delivery in await bot.inbox.unhandled(ADAPTER):
            worker.offer(delivery)
        served = connection.serve(bot.inbox, forms=Forms(desk), me=lambda: me, offer=worker.offer)
        tasks = [group.create_task(worker.run()), group.create_task(served)]
        await bot.until(lambda: told or tasks[1].done())
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _models(language: str) -> str:
    return "one model"
