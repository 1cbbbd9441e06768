"""Live previews in Slack's threads: where they stand, and what an earlier process left of them."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.chat.background import Background
from adapters.chat.sending.live import Live, Sighting
from adapters.chat.sending.previewing import WRITE_SECONDS, Previewing
from adapters.chat.sending.screen import Moment
from adapters.slack.sending.live import Shown, SlackLive
from adapters.slack.sending.marks import moment, survey
from adapters.slack.sending.sender import LOST, TOO_OLD, Sender
from adapters.slack.sending.uploads import Place
from adapters.slack.web.reading import Reading
from adapters.slack.web.refusals import code_of
from bot.domain import Json, ThreadRef
from bot.errors import PostRefusedError
from bot.ports import Clock


class SlackScreen:
    """`adapters.chat.sending.screen.Screen` and `Order` for Slack."""

    def __init__(self, shown: Shown, *, sender: Sender, reading: Reading) -> None:
        self._shown = shown
        self._sender = sender
        self._reading = reading

    def begin(self, live: Live) -> SlackLive:
        """Make what Slack needs to show a preview."""
        return SlackLive(
            place=place_of(live.thread),
            thread=live.thread,
            path=live.path,
            agent=live.agent,
            id=live.id,
            language=live.language,
            demo=live.demo,
        )

    async def write(self, live: SlackLive) -> None:
        """Show what is new of a preview, where decoration has room now."""
        await self._shown.write(live)

    async def finish(self, live: SlackLive) -> str | None:
        """End the preview's stream, where it is one, and return its message."""
        return await self._shown.finish(live)

    def name_of(self, live: SlackLive) -> str | None:
        """Return the name that a message of this preview gets now."""
        return self._shown.name_of(live)

    async def delete(self, thread: ThreadRef, message: str, name: str | None) -> None:
        """Delete a preview's message."""
        await self._sender.delete(place_of(thread), message)

    async def read(self, thread: ThreadRef) -> Sighting | None:
        """Return what a thread shows of previews; None: there is no room for reading now."""
        if not self._reading.has_room(thread.workspace, thread.channel):
            return None
        return self.sighting(thread, await self._reading.thread(thread.workspace, thread.channel, thread.thread))

    def sighting(self, thread: ThreadRef, messages: Iterable[Json]) -> Sighting:
        """Return what a thread's messages show of previews."""
        direct = thread.channel.startswith("D")
        read = survey(messages, "", streams=direct and thread not in self._shown.opening)
        return Sighting(previews=tuple(read.previews), newest=read.newest)

    def moment(self, message: str) -> Moment:
        """Return a `ts` as something that can be compared."""
        return moment(message)

    def begun(self, thread: ThreadRef) -> float:
        """Return when a thread began."""
        return moment(thread.thread)[0]

    def path(self, path: str) -> str:
        """Return a chat path as marks name it: as it is."""
        return path

    def lost(self, error: PostRefusedError) -> bool:
        """Whether a refusal says that a message can never be changed (any more)."""
        return code_of(error) in LOST

    def too_old(self, error: PostRefusedError) -> bool:
        """Whether a refusal says that a workspace lets nobody change a message after such a time."""
        return code_of(error) == TOO_OLD


class Previews(Previewing[SlackLive]):
    """The live previews of this process in Slack's threads."""

    def __init__(
        self,
        shown: Shown,
        *,
        sender: Sender,
        reading: Reading,
        clock: Clock,
        background: Background,
        write_seconds: float = WRITE_SECONDS,
    ) -> None:
        screen = SlackScreen(shown, sender=sender, reading=reading)
        super().__init__(screen, screen, clock=clock, background=background, write_seconds=write_seconds)
        self._on_slack = screen

    def read(self, thread: ThreadRef, messages: Iterable[Json]) -> None:
        """Take note of what a thread shows: previews that nobody here writes are used again, or deleted."""
        self.found(thread, self._on_slack.sighting(thread, messages))


def place_of(thread: ThreadRef) -> Place:
    """Return where a thread's posts are shown."""
    return Place(workspace=thread.workspace, channel=thread.channel, thread=thread.thread)
