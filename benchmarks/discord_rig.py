"""A Discord of our own in this process, with people who mention the bot, use its commands and go on in its threads."""

from __future__ import annotations

import random
from collections import Counter, deque
from dataclasses import dataclass, field, replace

from benchmarks.counting import ENDED
from benchmarks.discord_counting import thread_of
from tests.discord_server import Channel, DiscordServer, Outcome
from tests.discord_server.hub import Dispatch
from tests.discord_server.limits import GLOBAL

TIMES = 10
"""Everything may be done so many times as often as Discord allows, with all headers: windows are shorter, and over all
there are more requests in a second, as Discord grants to big bots."""
WAYS = {"mention": 0.5, "ask": 0.25, "follow": 0.25}
"""How people ask: in a channel, by slash command, and in a thread or direct messages where all before is over."""
HEARD = ("create_thread_from_message", "create_interaction_response")
"""Requests by which the bot shows that it heard of something."""
POSTS = ("create_message", "execute_webhook")
"""Requests by which it posts."""
GREETINGS = 10_000_000
"""The first number of those with which direct messages begin."""
REMEMBERED = 1000
"""Dispatches that the server's own log keeps."""


@dataclass(slots=True)
class Talk:
    """A conversation that somebody began."""

    place: Channel | int
    """Direct messages; or the id of the thread, which may still have to be made."""
    numbers: list[int] = field(default_factory=list)
    """What was said in it, each where all before was over."""

    @property
    def id(self) -> int:
        """The place's id."""
        return self.place if isinstance(self.place, int) else self.place.id


class Discord:
    """A server with guilds and channels, somebody who asks in them, and people who write to the bot directly."""

    def __init__(self, channels: int, *, guilds: int = 1, direct: int = 0, times: int = TIMES, seed: int = 0) -> None:
        self.server = DiscordServer(seed=seed)
        self.limit(times)
        world = self.server.world
        self.guilds = [world.guild(f"Acme {number}") for number in range(guilds)]
        self.anna = self.server.person("Anna")
        self.channels = [world.channel(self.guilds[number % guilds], f"c{number}") for number in range(channels)]
        self.talks: dict[str, Talk] = {}
        """The conversations, by address; those of commands once the bot has deferred them."""
        self.used: list[tuple[int, Outcome]] = []
        """Commands that the bot has not deferred yet."""
        self.failed = 0
        """Commands that it never did: for Discord they were not made."""
        self._told: Dispatch | None = None
        """What the gateway was told of last: of somebody's words, or of an interaction."""
        self._chance = random.Random(seed)
        self._ends: Counter[int] = Counter()
        self._quiet: deque[str] = deque()
        """Conversations in which all is over, those that have been so for longest first."""
        self._people = [self.server.person(f"Ben {number}") for number in range(direct)]
        world.hub.subscribe(self._hear)

    @property
    def settings(self) -> dict[str, str]:
        """What the bot is told."""
        server = self.server
        return {
            "DISCORD_TOKEN": server.token,
            "DISCORD_API_URL": server.api_url,
            "DISCORD_GATEWAY_URL": server.gateway_url,
            "THREADFAST_DISCORD_REQUESTS_A_SECOND": str(self.server.limits.overall.limit),
        }

    @property
    def is_connected(self) -> bool:
        """Whether the bot listens to a session."""
        return bool(self.server.gateway.connected)

    @property
    def requests(self) -> int:
        """How many requests the bot has made."""
        return len(self.server.requests)

    @property
    def heard(self) -> int:
        """How many threads it has opened and interactions it has answered."""
        return sum(self.server.limits.requests[name] for name in HEARD)

    @property
    def posted(self) -> int:
        """How often it has tried to post."""
        return sum(self.server.limits.requests[name] for name in POSTS)

    @property
    def events(self) -> int:
        """How many messages were said and commands were used, without those that nobody deferred."""
        return len(self.used) + sum(len(talk.numbers) for talk in self.talks.values())

    @property
    def asked(self) -> dict[str, list[int]]:
        """The numbers that were said in each conversation."""
        self._settle()
        return {conversation: talk.numbers for conversation, talk in self.talks.items()}

    def limit(self, times: int) -> None:
        """Let everything be done so many times as often as Discord allows."""
        limits = self.server.limits
        limits.scale = 1 / times
        limits.overall = replace(GLOBAL, limit=times * GLOBAL.limit, seconds=times * GLOBAL.seconds)

    async def say(self, number: int) -> Dispatch | None:
        """Have somebody ask in one of the ways, and return how the gateway told of it; what cannot be, is a mention."""
        way = self._chance.choices([*WAYS], [*WAYS.values()])[0]
        if way == "follow" and self._quiet:
            await self.follow(number)
        elif way == "ask" and self.is_connected and self.server.app.commands.get(None):
            await self.ask(number)
        else:
            await self.mention(number)
        return self._told

    async def greet(self) -> None:
        """Let everybody who writes directly begin, while the bot listens.

        No bot is told by Discord who has ever written to it: a first word that it has missed, it can never find.
        """
        for place, person in enumerate(self._people):
            number = GREETINGS + place
            await person.writes_dm(words(number))
            self.talks[thread_of(person.dm).conversation] = Talk(person.dm, [number])

    async def mention(self, number: int) -> None:
        """Have somebody mention the bot in a channel."""
        channel = self._channel(number)
        said = await self.anna.mentions(channel, words(number))
        self.talks[thread_of(channel, said.id).conversation] = Talk(said.id, [number])

    async def ask(self, number: int) -> Outcome:
        """Have somebody use /ask in a channel."""
        outcome = await self.anna.slash(self._channel(number), "ask", prompt=words(number))
        self.used.append((number, outcome))
        return outcome

    async def follow(self, number: int) -> None:
        """Have somebody go on where all is over; in direct messages, whoever they are with."""
        talk = self.talks[self._quiet.popleft()]
        world = self.server.world
        place = world.channels[talk.id]
        talk.numbers.append(number)
        people = [one for one in place.recipients if not one.bot]
        world.post(place, people[0] if people else self.anna.user, words(number))

    def open_threads(self) -> list[str]:
        """Return the conversations that do not show the ends of all their runs."""
        self._settle()
        return [name for name, talk in self.talks.items() if self._ends[talk.id] < len(talk.numbers)]

    def _channel(self, number: int) -> Channel:
        return self.channels[number % len(self.channels)]

    def _settle(self) -> None:
        """Take the commands that were deferred as conversations, and forget those that never will be."""
        waiting = []
        for number, outcome in self.used:
            root = outcome.interaction.original
            if outcome.kind == "deferred" and root is not None:
                place = self.server.world.channels[root.channel_id]
                self.talks[thread_of(place, root.id).conversation] = Talk(root.id, [number])
            elif outcome.kind == "nothing":
                waiting.append((number, outcome))
            else:
                self.failed += 1
        self.used = waiting

    def _hear(self, dispatch: Dispatch) -> None:
        log = self.server.world.hub.log
        if len(log) > REMEMBERED:
            log.clear()
        if dispatch.type == "INTERACTION_CREATE":
            self._told = dispatch
        elif dispatch.type == "MESSAGE_CREATE":
            if not dispatch.payload["author"]["bot"]:
                self._told = dispatch
            elif ENDED in dispatch.payload["content"]:
                self._ended(int(dispatch.payload["channel_id"]))

    def _ended(self, place: int) -> None:
        self._ends[place] += 1
        self._settle()
        conversation = thread_of(self.server.world.channels[place]).conversation
        talk = self.talks.get(conversation)
        if talk is not None and self._ends[place] == len(talk.numbers):
            self._quiet.append(conversation)


def words(number: int) -> str:
    """Return what is said with a number."""
    return f"please look at #{number}#"
