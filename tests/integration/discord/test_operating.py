"""`/models` and `/pull`: everybody may look, operators have models pulled."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import RunStatus
from bot.permissions import Permissions, Rule
from tests.discord_server import Channel, DiscordServer, Guild, Outcome, Person, Seen, Shown
from tests.integration.chat.noted import audited, refusals
from tests.integration.chat.operated import PASSWORD, operated
from tests.integration.discord.rig import running
from tests.integration.slack.rig import QuickClock
from tests.scripted import Script

LACKING: Script = [["fail", "It is missing.", "model_missing", {"model": "big:70b", "host": "gpu1", "pull": "big:70b"}]]
SCRIPTS: dict[str, Script] = {"greet": LACKING}
BUTTON = "Pull big:70b"


def letting(*people: Person) -> Permissions:
    return Permissions([Rule(operate=tuple(str(person.id) for person in people))])


def public(seen: Seen) -> list[Shown]:
    """Return what everybody sees."""
    return [message for message in seen.messages if not message.ephemeral]


async def told(outcome: Outcome) -> str:
    """Return what somebody alone is told."""
    await outcome.until(lambda one: one.text)
    assert all(message.ephemeral for message in outcome.messages)
    return outcome.text


async def test_everybody_is_told_alone_how_the_hosts_are(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with operated() as hosts, running(tmp_path, server, desk=hosts.desk):
        await hosts.servers["gpu1"].state.load("small:1b", 4096, 300.0)
        outcome = await anna.slash(general, "models")
        text = await told(outcome)

    assert "`gpu1`: Ollama" in text
    assert "In its memory: `small:1b` (4.0 GB, context 4096)." in text
    assert "Wanted by teams or settings, and on no host: `big:70b`." in text
    assert not any(message.buttons for message in outcome.messages)
    assert PASSWORD not in repr(server.requests)


async def test_operator_presses_the_button_and_sees_how_far_it_is(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with (
        operated(letting(anna)) as hosts,
        running(tmp_path, server, clock=QuickClock(), desk=hosts.desk),
    ):
        hosts.slowly(0.2)
        asked = await anna.slash(general, "models")
        await told(asked)
        pressed = await anna.presses(asked.messages[0], BUTTON)
        words = await told(pressed)
        half = await anna.until(general, lambda seen: "50 %" in seen)
        seen = await anna.until(general, lambda seen: "`big:70b` is there: gpu1." in seen)

    assert "onto gpu1: ██████████░░░░░░░░░░ 50 % of 1 MB." in public(half)[-1].text
    assert "If Threadfast is restarted meanwhile, this ends" in public(half)[-1].text
    assert len(public(seen)) == 1
    assert words.endswith("`big:70b` is being pulled; how far that is stands in a message here.")
    assert hosts.pulls == ["big:70b"]
    assert audited(tmp_path, "pulled") == [{"model": "big:70b"}]
    assert PASSWORD not in repr(server.requests)


async def test_who_is_no_operator_pulls_nothing_and_is_told_alone(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    async with operated(letting(anna)) as hosts, running(tmp_path, server, desk=hosts.desk):
        text = await told(await bo.slash(general, "pull", model="big:70b"))

    assert text == "You may not have a model pulled here. Who may: people whom the settings name (1)."
    assert (hosts.pulls, len(public(bo.sees(general)))) == ([], 0)
    assert refusals(tmp_path) == [("operate", "permissions")]


async def test_role_lets_somebody_operate_in_its_server_and_not_directly(
    server: DiscordServer, guild: Guild, anna: Person, general: Channel, tmp_path: Path
) -> None:
    role = server.world.role(guild, "gpu", anna.user)
    permissions = Permissions([Rule(operate=(f"role:{role}",))])
    async with operated(permissions) as hosts, running(tmp_path, server, desk=hosts.desk):
        directly = await told(await anna.slash(anna.dm, "pull", model="big:70b"))
        before = list(hosts.pulls)
        await told(await anna.slash(general, "pull", model="big:70b"))
        await anna.until(general, lambda seen: "is there: gpu1." in seen)

    assert ("You may not have a model pulled here" in directly, before) == (True, [])
    assert hosts.pulls == ["big:70b"]


async def test_run_that_lacks_a_model_offers_it_and_only_an_operator_may_take_it(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    async with (
        operated(letting(anna)) as hosts,
        running(tmp_path, server, scripts=SCRIPTS, desk=hosts.desk) as bot,
    ):
        thread = await bo.thread_of(await bo.mentions(general, "hi"))
        ended = await bo.until(thread, lambda seen: BUTTON in seen.buttons)
        offer = next(one for one in ended.messages if BUTTON in one.buttons)
        refused = (await told(await bo.presses(offer, BUTTON)), list(hosts.pulls))
        await told(await anna.presses(offer, BUTTON))
        seen = await anna.until(thread, lambda seen: "`big:70b` is there: gpu1." in seen)

        assert await bot.statuses(thread) == [RunStatus.FAILED]
    assert "The model 'big:70b' is on no model host: gpu1." in seen
    assert "An operator can have it pulled: `/pull big:70b`" in seen
    assert ("You may not have a model pulled here" in refused[0], refused[1]) == (True, [])
    assert hosts.pulls == ["big:70b"]


@pytest.mark.parametrize("name", ["two words", "../../etc/passwd", "http://evil.example/x", "a" * 201, "big\u202e"])
async def test_name_that_no_model_has_is_refused_and_never_sent_to_a_host(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path, name: str
) -> None:
    async with operated(letting(anna)) as hosts, running(tmp_path, server, desk=hosts.desk):
        text = await told(await anna.slash(general, "pull", model=name))

    assert "That is no model's name" in text
    assert hosts.pulls == []


async def test_pull_that_fails_says_why_in_its_message(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with operated(letting(anna)) as hosts, running(tmp_path, server, desk=hosts.desk):
        hosts.servers["gpu1"].fault("pull_error")
        await told(await anna.slash(general, "pull", model="bigg:70b"))
        seen = await anna.until(general, lambda seen: "was not pulled" in seen)

    assert "file does not exist" in seen
    assert len(public(seen)) == 1
