"""What was said in a thread before the bot was called: the first run's history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.domain import Said
from tests.fakes import BO, Thread
from tests.integration.core.echoing import TEAMS
from tests.integration.core.rig import running

EARLIER = (Said(name="Cleo", text=" the train is late "), Said(name="Dan", text=" "), Said(name="Dan", text="again"))


async def test_what_was_said_before_the_bot_was_called_is_the_first_runs_history(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(thread.event("help them", earlier=EARLIER))

        [run] = await rig.runs(thread)
        assert run.opening.text == "help them"
        assert [(entry["role"], entry["content"]) for entry in run.opening.history] == [
            ("user", "Cleo: the train is late"),
            ("user", "Dan: again"),
        ]


async def test_what_was_said_before_is_told_once_and_apart_from_later_words(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(thread.event("help them", earlier=EARLIER))
        await rig.say(thread.event("and now?", by=replace(BO, language="en"), earlier=EARLIER))
        await rig.say(thread.event("thanks"))

        contents = [entry["content"] for entry in (await rig.runs(thread))[-1].opening.history]
        assert contents == [
            "Cleo: the train is late",
            "Dan: again",
            "Anna: help them",
            "help them",
            "Bo: and now?",
            "and now?",
        ]


async def test_what_was_said_before_is_trimmed_as_the_team_says(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        rig.teams.extra = {"history_chars": 12}
        await rig.say(thread.event("help them", earlier=EARLIER))

        [run] = await rig.runs(thread)
        assert [entry["content"] for entry in run.opening.history] == ["Dan: again"]
