"""`/threadfast models` and `/threadfast pull`: everybody may look, operators have models pulled."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.domain import RunStatus
from bot.permissions import Permissions, Rule
from tests.integration.chat.noted import audited, refusals
from tests.integration.chat.operated import PASSWORD, operated
from tests.integration.slack.rig import QuickClock, running
from tests.scripted import Script
from tests.slack_server import Person, SlackServer, Workspace

LACKING: Script = [["fail", "It is missing.", "model_missing", {"model": "big:70b", "host": "gpu1", "pull": "big:70b"}]]
SCRIPTS: dict[str, Script] = {"greet": LACKING}
BUTTON = "Pull big:70b"


def letting(*people: str) -> Permissions:
    return Permissions([Rule(operate=people)])


def everything_sent(slack: SlackServer) -> str:
    return repr(slack.requests)


async def test_everybody_is_told_alone_how_the_hosts_are(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with operated() as hosts, running(tmp_path, slack, workspace, desk=hosts.desk):
        await hosts.servers["gpu1"].state.load("small:1b", 4096, 300.0)
        await anna.commands(general, "/threadfast models")
        await slack.until(lambda: anna.sees)

    told = anna.sees[0]
    assert re.search(r"gpu1: Ollama [\d.]+, models: 1\.", told.text)
    assert "In its memory: small:1b (4.0 GB, context 4096)." in told.text
    assert "Wanted by teams or settings, and on no host: big:70b." in told.text
    assert told.buttons == ()
    assert len(general.thread()) == 0


async def test_host_that_is_away_says_why_without_its_password(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    has = {"gpu1": ["small:1b"], "gpu2": ["small:1b"]}
    async with operated(letting(anna.id), has=has) as hosts, running(tmp_path, slack, workspace, desk=hosts.desk):
        await hosts.servers["gpu2"].stop()
        await anna.commands(general, "/threadfast models")
        await slack.until(lambda: anna.sees)

    assert "gpu2 cannot be used:" in anna.sees[0].text
    assert PASSWORD not in everything_sent(slack)


async def test_operator_presses_the_button_and_sees_how_far_it_is(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with (
        operated(letting(anna.id)) as hosts,
        running(tmp_path, slack, workspace, clock=QuickClock(), desk=hosts.desk),
    ):
        hosts.slowly(0.2)
        await anna.commands(general, "/threadfast models")
        await slack.until(lambda: anna.sees)
        await anna.clicks(anna.sees[0], BUTTON)
        await general.until(lambda channel: "50 %" in channel)
        half = general.thread()[0].text
        channel = await general.until(lambda channel: "big:70b is there: gpu1." in channel)
        told = anna.sees[1].text

    assert "onto gpu1: ██████████░░░░░░░░░░ 50 % of 1 MB." in half
    assert "If Threadfast is restarted meanwhile, this ends" in half
    assert len(channel) == 1
    assert told == "big:70b is being pulled; how far that is stands in a message here."
    assert hosts.pulls == ["big:70b"]
    assert audited(tmp_path, "pulled") == [{"model": "big:70b"}]
    assert PASSWORD not in everything_sent(slack)


async def test_who_is_no_operator_pulls_nothing_and_is_told_alone(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")
    async with operated(letting(anna.id)) as hosts, running(tmp_path, slack, workspace, desk=hosts.desk):
        await bo.commands(general, "/threadfast pull big:70b")
        await slack.until(lambda: bo.sees)

    assert bo.sees[0].text == "You may not have a model pulled here. Who may: people whom the settings name (1)."
    assert (hosts.pulls, len(general.thread())) == ([], 0)
    assert refusals(tmp_path) == [("operate", "permissions")]


@pytest.mark.parametrize("who", ["guest", "member"])
async def test_without_a_rule_nobody_pulls_anything(slack: SlackServer, tmp_path: Path, who: str) -> None:
    workspace = slack.workspace()
    person, general = _person(workspace, who), workspace.channel("general")
    async with operated() as hosts, running(tmp_path, slack, workspace, desk=hosts.desk):
        await person.commands(general, "/threadfast pull big:70b")
        await slack.until(lambda: person.sees)

    assert person.sees[0].text == "You may not have a model pulled here. Who may: nobody."
    assert hosts.pulls == []


def _person(workspace: Workspace, who: str) -> Person:
    return workspace.guest("Gus") if who == "guest" else workspace.person("Anna")


async def test_run_that_lacks_a_model_offers_it_and_only_an_operator_may_take_it(
    slack: SlackServer, tmp_path: Path
) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")
    async with (
        operated(letting(anna.id)) as hosts,
        running(tmp_path, slack, workspace, scripts=SCRIPTS, desk=hosts.desk) as bot,
    ):
        root = await bo.says(general, "@Threadfast hi")
        ended = await general.until(lambda thread: any(BUTTON in one.buttons for one in thread), thread=root)
        offer = next(shown for shown in ended if BUTTON in shown.buttons)
        await bo.clicks(offer, BUTTON)
        await slack.until(lambda: bo.sees)
        refused = (bo.sees[0].text, list(hosts.pulls))
        await anna.clicks(offer, BUTTON)
        thread = await general.until(lambda thread: "big:70b is there: gpu1." in thread, thread=root)

        assert await bot.statuses(workspace, root) == [RunStatus.FAILED]
    assert "The model 'big:70b' is on no model host: gpu1." in thread
    assert "An operator can have it pulled: /threadfast pull big:70b" in thread
    assert ("You may not have a model pulled here" in refused[0], refused[1]) == (True, [])
    assert hosts.pulls == ["big:70b"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "two words",
        "../../etc/passwd",
        "http://evil.example/x",
        "x;rm -rf",
        "a" * 201,
        "big\u202e",
        ".hidden",
        "a//b",
    ],
)
async def test_name_that_no_model_has_is_refused_and_never_sent_to_a_host(
    slack: SlackServer, tmp_path: Path, name: str
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with operated(letting(anna.id)) as hosts, running(tmp_path, slack, workspace, desk=hosts.desk):
        await anna.commands(general, f"/threadfast pull {name}".strip())
        await slack.until(lambda: anna.sees)

    assert "That is no model's name" in anna.sees[0].text
    assert hosts.pulls == []


async def test_cloud_model_is_refused(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with operated(letting(anna.id)) as hosts, running(tmp_path, slack, workspace, desk=hosts.desk):
        await anna.commands(general, "/threadfast pull far:671b-cloud")
        await slack.until(lambda: anna.sees)

    assert "runs in a cloud" in anna.sees[0].text
    assert hosts.pulls == []


async def test_two_who_ask_for_one_model_share_its_pull(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo = workspace.person("Anna"), workspace.person("Bo")
    general, other = workspace.channel("general"), workspace.channel("other")
    async with (
        operated(letting(anna.id, bo.id)) as hosts,
        running(tmp_path, slack, workspace, clock=QuickClock(), desk=hosts.desk),
    ):
        hosts.slowly(0.3)
        await anna.commands(general, "/threadfast pull big:70b")
        await general.until(lambda channel: "Pulling" in channel)
        await bo.commands(other, "/threadfast pull big:70b")
        await anna.commands(general, "/threadfast pull big:70b")
        await slack.until(lambda: len(anna.sees) == 2)
        here = await general.until(lambda channel: "is there: gpu1." in channel)
        there = await other.until(lambda channel: "is there: gpu1." in channel)

    assert anna.sees[1].text == "big:70b is being pulled already; a message here says how far that is."
    assert (len(here), len(there)) == (1, 1)
    assert hosts.pulls == ["big:70b"]


async def test_pull_that_fails_says_why_in_its_message(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with operated(letting(anna.id)) as hosts, running(tmp_path, slack, workspace, desk=hosts.desk):
        hosts.servers["gpu1"].fault("pull_error")
        await anna.commands(general, "/threadfast pull bigg:70b")
        channel = await general.until(lambda channel: "was not pulled" in channel)

    assert "bigg:70b was not pulled:" in channel
    assert "file does not exist" in channel
    assert len(channel) == 1


async def test_end_of_the_process_ends_the_pull_and_its_message_has_said_so(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with operated(letting(anna.id)) as hosts:
        hosts.slowly(1.0)
        async with running(tmp_path, slack, workspace, desk=hosts.desk):
            await anna.commands(general, "/threadfast pull big:70b")
            await slack.until(lambda: hosts.pulls)
        hosts.slowly(0)
        left = general.thread()[0].text
        there = "big:70b" in hosts.servers["gpu1"].state.models
        async with running(tmp_path, slack, workspace, desk=hosts.desk):
            await anna.commands(general, "/threadfast pull big:70b")
            await general.until(lambda channel: "is there: gpu1." in channel)

    assert "If Threadfast is restarted meanwhile, this ends; pulling it again goes on where it stopped." in left
    assert not there


async def test_where_the_bot_may_not_write_nothing_is_pulled(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, secret = workspace.person("Anna"), workspace.channel("secret", private=True, bot=False)
    async with operated(letting(anna.id)) as hosts, running(tmp_path, slack, workspace, desk=hosts.desk):
        await anna.commands(secret, "/threadfast pull big:70b")
        await slack.until(lambda: anna.sees)

    assert "/invite" in anna.sees[0].text
    assert hosts.pulls == []
