"""What became of something that a person did with commands, buttons, menus and modals, as they see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.discord_server.entities import LOADING
from tests.discord_server.messages import Interaction, Message
from tests.discord_server.modals import Modal
from tests.discord_server.shown import Shown
from tests.discord_server.world import World

KINDS = {4: "message", 5: "deferred", 6: "deferred_update", 7: "update", 8: "choices", 9: "modal"}
SECONDS = 3.0


class Outcome:
    """An interaction from the side of who began it."""

    def __init__(self, world: World, interaction: Interaction) -> None:
        self.world = world
        self.interaction = interaction

    @property
    def kind(self) -> str:
        """How the app answered first: `message`, `deferred`, `deferred_update`, `update`, `choices`, `modal`.

        `nothing`: not yet, `failed`: not within the three seconds, and now it cannot any more.
        """
        if self.interaction.callback is not None:
            return KINDS[self.interaction.callback["type"]]
        return "failed" if self.world.clock.now() - self.interaction.born > SECONDS else "nothing"

    @property
    def acknowledged(self) -> bool:
        """Whether the app answered at all."""
        return self.interaction.callback is not None

    @property
    def took(self) -> float:
        """Seconds until the app answered."""
        assert self.acknowledged, str(self)
        return float(self.interaction.notes["answered"]) - self.interaction.born

    @property
    def message(self) -> Message | None:
        """The message that is the answer; for an update the one that was pressed."""
        original = self.interaction.original
        return None if original is None or original.deleted else original

    @property
    def messages(self) -> list[Shown]:
        """Every message of the answer, followups included, as the person sees it."""
        answers = [self.message] if self.message is not None and self.kind in ("message", "deferred") else []
        living = [one for one in [*answers, *self.interaction.followups] if not one.deleted]
        return [Shown.of(one, self.world) for one in living]

    @property
    def shown(self) -> Shown | None:
        """The answer as the person sees it."""
        return None if self.message is None else Shown.of(self.message, self.world)

    @property
    def text(self) -> str:
        """What the answer says, and what followed it; nothing while it is still to come."""
        return "\n".join(one.text for one in self.messages)

    @property
    def ephemeral(self) -> bool:
        """Whether only the person sees the answer."""
        return self.message is not None and self.message.ephemeral_for is not None

    @property
    def thinking(self) -> bool:
        """Whether the app said that an answer will come, and it has not."""
        return self.message is not None and bool(self.message.flags & LOADING)

    @property
    def choices(self) -> list[str]:
        """The suggestions, as they are shown."""
        return [str(one["name"]) for one in self.interaction.notes.get("choices", [])]

    @property
    def values(self) -> list[object]:
        """The suggestions' values."""
        return [one["value"] for one in self.interaction.notes.get("choices", [])]

    @property
    def modal(self) -> Modal:
        """The modal that opened.

        Raises:
            AssertionError: None did.
        """
        told = self.interaction.notes.get("modal")
        assert told is not None, f"no modal opened: {self}"
        return Modal(
            title=told["title"], custom_id=told["custom_id"], components=told["components"], opener=self.interaction
        )

    async def until(self, condition: Callable[[Outcome], object], seconds: float = 10.0) -> Outcome:
        """Wait until something is true of this.

        Raises:
            AssertionError: It was not true in time; says what became of it.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not condition(self):
            assert loop.time() < end, f"not so within {seconds} s: {self}"
            await asyncio.sleep(0.005)
        return self

    async def answered(self, seconds: float = 5.0) -> Outcome:
        """Wait for the app's first answer, whatever it is.

        Raises:
            AssertionError: `The application did not respond`, as people read it.
        """
        await self.until(lambda it: it.kind != "nothing", seconds)
        assert self.kind != "failed", f"The application did not respond: {self}"
        return self

    async def completed(self, seconds: float = 10.0) -> Outcome:
        """Wait until there is something to read: the answer, or what follows a deferred one."""
        await self.answered(seconds)
        return await self.until(lambda it: it.message is not None and not it.thinking, seconds)

    def __str__(self) -> str:
        what = {2: "command", 3: "press", 4: "suggestions", 5: "modal"}[self.interaction.type]
        name = self.interaction.data.get("name") or self.interaction.data.get("custom_id")
        return f"{what} {name!r}: {self.kind} {self.text!r}"
