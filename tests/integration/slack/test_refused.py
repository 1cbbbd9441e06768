"""What Slack never takes, or takes nowhere any more: the thread, or who started the run, is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.chat.content.unshown import MOST_CHARS
from bot.domain import RunStatus, Turn
from tests.integration.chat.rig import CODE
from tests.integration.slack.rig import QuickClock, running
from tests.integration.slack.sending import Sending, sending
from tests.slack_server import SlackServer


@pytest.mark.parametrize("code", ["invalid_blocks", "invalid_arguments", "missing_scope"])
async def test_card_that_slack_refuses_ends_the_run_and_the_thread_says_why(
    slack: SlackServer, tmp_path: Path, code: str
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("error", method="chat.postMessage", code=code, skip=1)

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}, clock=QuickClock()) as bot:
        root = await anna.says(general, "@Threadfast hi")
        thread = await general.until(lambda thread: "The run failed" in str(thread), thread=root)

        assert "runner's question cannot be shown here" in str(thread)
        assert code in str(thread)
        assert await bot.statuses(workspace, root) == [RunStatus.FAILED]
        assert await bot.questions(workspace, root) == []


async def test_turn_that_slack_refuses_is_told_in_the_thread_and_the_run_goes_on(
    slack: SlackServer, tmp_path: Path
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("error", method="chat.postMessage", code="invalid_arguments")

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}, clock=QuickClock()) as bot:
        root = await anna.says(general, "@Threadfast hi")
        thread = await general.until(lambda thread: "Approve" in str(thread), thread=root)
        thread = await general.until(lambda thread: "could not be shown" in str(thread), thread=root)

        assert "here is code" not in str(thread)
        assert "What ada said or did could not be shown here" in str(thread)
        assert await bot.statuses(workspace, root) == [RunStatus.INPUT_REQUIRED]


async def test_starter_is_told_what_the_team_said_after_the_bot_was_removed(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}, clock=QuickClock()):
        root = await anna.says(general, "@Threadfast hi")
        card = await general.until(lambda thread: "Approve" in str(thread), thread=root)
        workspace.kick_bot(general)
        await anna.clicks(card.last, "Approve")
        await slack.until(lambda: "shown nowhere else" in "".join(one.text for one in anna.dm.thread()))

        assert "cannot be shown any more" in anna.dm.thread()[0].text


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as made:
        made.workspace.kick_bot(made.channel)
        yield made


def said(s: Sending, text: str, **facts: Any) -> Turn:
    turn = s.turn(text, **facts).turn
    assert turn is not None
    return turn


async def test_starter_reads_the_last_words_that_were_shown_nowhere_and_how_many_they_were(s: Sending) -> None:
    turns = (said(s, "the first"), said(s, "the *last*", agent="ada"))

    await s.out.posting.post(s.ended(unshown=turns))

    told = [one.text for one in s.anna.dm.thread()]
    assert len(told) == 3
    assert "2 messages of the run were shown nowhere else. The last one, by ada:" in told[1]
    assert "the last" in told[2].replace("*", "")
    assert "the first" not in "".join(told)


async def test_last_words_are_told_in_bounds_and_ping_nobody(s: Sending) -> None:
    await s.out.posting.post(s.ended(unshown=(said(s, "<!channel> " + "many words " * 2_000),)))

    told = s.anna.dm.thread()
    assert len(told) == 3
    assert len(told[2].text) < MOST_CHARS + 200
    assert "broadcast" not in str(told[2].message.blocks)


@pytest.mark.parametrize("fault", Sending.FAULTS, ids=str)
async def test_last_words_are_told_once_whatever_breaks_off(s: Sending, fault: str) -> None:
    s.slack.fault(method="chat.postMessage", channel=s.anna.dm.id, skip=1, **Sending.FAULTS[fault])
    post = s.ended(unshown=(said(s, "the last words"),))

    try:
        await s.out.posting.post(post)
    except Exception:
        await s.restart()
    await s.deliver(post, first_find=True)

    assert ["the last words" in one.text for one in s.anna.dm.thread()] == [False, False, True]


async def test_end_without_anything_unshown_is_one_message(s: Sending) -> None:
    await s.out.posting.post(s.ended(unshown=(said(s, " "),)))

    assert len(s.anna.dm.thread()) == 1
