"""The bot as a process beside a Slack that is one too, and what people do and see there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.domain import Json
from tests.processes import Command, told
from tests.wire.remote import Control

SECONDS = 60.0


class Scene:
    """Anna, a stranger, a channel, and what they see."""

    def __init__(self, slack: Control, root: str = "", *, seconds: float = SECONDS) -> None:
        self.slack = slack
        self.root = root
        self.seconds = seconds
        """How long whatever is waited for may take."""

    async def messages(self) -> list[Json]:
        """Return the thread's messages."""
        return list((await self.slack.get("thread", channel="general", ts=self.root))["messages"])

    async def transcript(self) -> str:
        """Return the thread as a person sees it."""
        return str((await self.slack.get("thread", channel="general", ts=self.root))["transcript"])

    async def until(self, seen: Callable[[list[Json]], Any]) -> list[Json]:
        """Wait until the thread shows something, and return it."""
        end = asyncio.get_running_loop().time() + self.seconds
        while not seen(found := await self.messages()):
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"not seen within {self.seconds} s:\n{await self.transcript()}")
            await asyncio.sleep(0.05)
        return found

    async def button(self, label: str) -> str:
        """Wait for a button and return the `ts` of its message."""
        found = await self.until(lambda seen: any(label in one["buttons"] for one in seen))
        return str(next(one["ts"] for one in found[::-1] if label in one["buttons"]))

    async def clicks(self, person: str, ts: str, button: str, **how: Any) -> None:
        """Press a button."""
        await self.slack.do("clicks", person=person, channel="general", ts=ts, button=button, **how)

    async def alone(self, person: str) -> str:
        """Wait for what only this person sees, and return it."""
        while not (found := (await self.slack.get("person", person=person))["ephemerals"]):  # noqa: ASYNC110 - another process shows it
            await asyncio.sleep(0.05)
        return str(found[-1]["text"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """How the bot is reached."""

    arguments: tuple[str, ...]
    url: str = ""
    """Where signed requests go; empty: over sockets."""


@asynccontextmanager
async def bot(command: Command, slack: Control, mode: Mode) -> AsyncIterator[None]:
    """Run the bot until the end of the block, then kill it."""
    process = await command.start(*mode.arguments)
    try:
        await told(process, "Slack: ")
        await slack.do("mode", **({"url": mode.url} if mode.url else {}))
        while not (mode.url or (await slack.get("info"))["sockets"]):  # noqa: ASYNC110 - another process connects
            await asyncio.sleep(0.05)
        yield
    finally:
        process.kill()
        await process.communicate()


async def settings_of(slack: Control) -> dict[str, str]:
    """Return the settings with which the command reaches this Slack."""
    info = await slack.get("info")
    return {
        "SLACK_API_URL": info["api_url"],
        "SLACK_BOT_TOKEN": info["workspaces"]["Acme"]["bot_token"],
        "SLACK_APP_TOKEN": info["app"]["app_token"],
        "SLACK_SIGNING_SECRET": info["app"]["signing_secret"],
    }
