"""What a person is in their workspace: guest, external, in groups; permissions depend on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.connecting.installations import Installations
from adapters.slack.web import groups
from adapters.slack.web.people import People
from adapters.slack.wiring import wired
from bot.config import load_settings
from bot.domain import RunStatus
from bot.permissions import Permissions, Rule
from bot.platforms import slack_settings
from tests.fakes import FakeClock
from tests.integration.slack.rig import running, settings_for
from tests.integration.slack.test_lookups import NothingKept
from tests.slack_server import SlackServer


@asynccontextmanager
async def people(slack: SlackServer, clock: FakeClock, user_groups: Collection[str] = ()) -> AsyncIterator[People]:
    settings = replace(settings_for(slack, slack.workspace()), user_groups=frozenset(user_groups))
    installations, overview = Installations(settings, NothingKept(), clock=clock), None
    nothing: Any = overview
    made = wired(settings, installations=installations, overview=nothing, clock=clock)
    try:
        yield made.people
    finally:
        await made.session.close()


@pytest.mark.parametrize(
    ("kind", "guest", "external"),
    [
        ("member", False, False),
        ("multi", True, False),
        ("single", True, False),
        ("shared", False, True),
        ("stranger", False, True),
    ],
)
async def test_guests_and_people_of_other_organisations_are_known_as_such(
    slack: SlackServer, kind: str, guest: bool, external: bool
) -> None:
    workspace = slack.workspace()
    made = {
        "member": lambda: workspace.person("Gil"),
        "multi": lambda: workspace.guest("Gil"),
        "single": lambda: workspace.guest("Gil", channels="single"),
        "shared": lambda: workspace.external("Gil"),
        "stranger": lambda: workspace.external("Gil"),
    }[kind]()
    made.user.stranger = kind == "stranger"

    async with people(slack, FakeClock()) as known:
        person = await known.person(workspace.id, made.id)

    assert (person.guest, person.external, person.groups) == (guest, external, ())


async def test_who_becomes_a_guest_is_known_as_one_within_five_minutes(slack: SlackServer) -> None:
    workspace, clock = slack.workspace(), FakeClock()
    anna = workspace.person("Anna")

    async with people(slack, clock) as known:
        assert not (await known.person(workspace.id, anna.id)).guest
        anna.user.guest = "multi"
        await clock.advance(300)
        assert (await known.person(workspace.id, anna.id)).guest


async def test_groups_are_asked_for_only_where_rules_name_one(slack: SlackServer) -> None:
    workspace, clock = slack.workspace(), FakeClock()
    anna, ben = workspace.person("Anna"), workspace.person("Ben")
    named, other = workspace.user_group(anna), workspace.user_group(anna, ben)

    async with people(slack, clock) as known:
        assert (await known.person(workspace.id, anna.id)).groups == ()
        assert slack.calls("usergroups.users.list") == []
    async with people(slack, clock, {named}) as known:
        assert (await known.person(workspace.id, anna.id)).groups == (named,)
        assert (await known.person(workspace.id, ben.id)).groups == ()

    asked = [call.args["usergroup"] for call in slack.calls("usergroups.users.list")]
    assert (asked, other in asked) == ([named], False)


async def test_who_leaves_a_group_is_out_of_it_within_minutes(slack: SlackServer) -> None:
    workspace, clock = slack.workspace(), FakeClock()
    anna = workspace.person("Anna")
    group = workspace.user_group(anna)

    async with people(slack, clock, {group}) as known:
        assert (await known.person(workspace.id, anna.id)).groups == (group,)
        workspace.groups[group].clear()
        await clock.advance(groups.FRESH.total_seconds())
        assert (await known.person(workspace.id, anna.id)).groups == ()


async def test_guests_are_in_no_group(slack: SlackServer) -> None:
    workspace = slack.workspace()
    gil, eve = workspace.guest("Gil"), workspace.external("Eve")
    group = workspace.user_group(gil, eve)

    async with people(slack, FakeClock(), {group}) as known:
        assert (await known.person(workspace.id, gil.id)).groups == ()
        assert (await known.person(workspace.id, eve.id)).groups == ()


@pytest.mark.parametrize("trouble", ["no_such_group", "missing_scope", "ratelimited", "drop", "not_json", "slow"])
async def test_group_that_slack_does_not_tell_of_lets_nobody_in(
    slack: SlackServer, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, clock = slack.workspace(), FakeClock()
    anna = workspace.person("Anna")
    group = workspace.user_group(anna)
    method = "usergroups.users.list"
    match trouble:
        case "no_such_group":
            workspace.groups.clear()
        case "missing_scope":
            slack.fault("error", method=method, code="missing_scope")
        case "ratelimited":
            slack.fault("ratelimited", method=method, retry_after=1)
        case "slow":
            slack.fault("latency", method=method, seconds=60)
        case _:
            slack.fault(trouble, method=method)
    monkeypatch.setattr(groups, "SECONDS", 0.2)

    async with people(slack, clock, {group}) as known:
        assert (await known.person(workspace.id, anna.id)).groups == ()


async def test_group_that_could_not_be_asked_for_is_asked_for_again_at_once(slack: SlackServer) -> None:
    workspace, clock = slack.workspace(), FakeClock()
    anna = workspace.person("Anna")
    group = workspace.user_group(anna)
    slack.fault("drop", method="usergroups.users.list", times=1)

    async with people(slack, clock, {group}) as known:
        assert (await known.person(workspace.id, anna.id)).groups == ()
        assert (await known.person(workspace.id, anna.id)).groups == (group,)


async def test_group_lets_its_members_start_and_no_guest_among_them(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, gil = workspace.person("Anna"), workspace.person("Bo"), workspace.guest("Gil")
    general, group = workspace.channel("general"), workspace.user_group(anna, gil)
    permissions = Permissions([Rule(start=(f"group:{group}",))])

    async with running(
        tmp_path,
        slack,
        workspace,
        scripts={"greet": [["say", "ada", "heard: {text}"]]},
        settings=lambda given: replace(given, user_groups=permissions.groups()),
        permissions=permissions,
    ) as bot:
        refused = [await person.says(general, "@Threadfast hi") for person in (bo, gil)]
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "completed" in thread, thread=root)
        await slack.settled()
        await bot.until_handled()

        assert await bot.statuses(workspace, root) == [RunStatus.COMPLETED]
        assert [await bot.runs(workspace, each) for each in refused] == [[], []]


def test_groups_that_the_settings_rules_name_are_those_that_slack_is_asked_for(tmp_path: Path) -> None:
    rules = "permissions: [{start: ['group:S0123ABCD', everyone]}, {approve: [U0123ABCD, 'group:S0456EFGH']}]"
    (tmp_path / "threadfast.yaml").write_text(rules, "utf-8")

    assert slack_settings(load_settings(tmp_path), listen=None).user_groups == {"S0123ABCD", "S0456EFGH"}
