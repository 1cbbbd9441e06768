"""What the audit log says of each act: who, what, of which bytes, and never a text."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bot.domain import Decision, EventKind, Verdict
from bot.errors import NotAllowedError
from bot.overview import StoredOverview
from bot.permissions import Permissions, Rule
from tests.fakes import ANNA, BO, FakeClock, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script, ScriptedTeams

TOOLS: dict[str, Script] = {"greet": [["approve", "bot", "tool", ["send", "delete"]]]}
CODE: dict[str, Script] = {"greet": [["approve", "bot", "code", ["print(1)"]]]}
HERS, HIS, PLACE = "fake:w:u1", "fake:w:u2", "fake:w:c"
RUNS = ("ran", "not_run")
"""What the engine adds, about which other tests are."""


def log_of(path: Path) -> list[dict[str, str]]:
    """Return the log's rows, oldest first, without what executions add to it."""
    with closing(sqlite3.connect(path / "store.db")) as database:
        database.row_factory = sqlite3.Row
        rows = database.execute("SELECT * FROM audit ORDER BY number").fetchall()
    return [dict(row) for row in rows if row["action"] not in RUNS]


def acts(path: Path) -> list[tuple[str, str]]:
    return [(row["action"], row["person"]) for row in log_of(path)]


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def test_start_answer_and_stop_say_who_where_and_for_which_team(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["ask", "you"], ["ask", "you"]]}) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event("a secret answer", by=BO))
        await rig.say(thread.stop(by=BO))
        [run] = await rig.runs(thread)

    rows = log_of(tmp_path)
    assert [(row["action"], row["person"]) for row in rows] == [("started", HERS), ("answered", HIS), ("stopped", HIS)]
    assert {(row["place"], row["conversation"], row["run"], row["team"]) for row in rows} == {
        (PLACE, thread.ref.conversation, run.id, "greet")
    }
    assert rows[1]["request"]
    assert "secret" not in json.dumps(rows)


async def test_decision_of_each_item_is_logged_with_the_hash_of_its_bytes_as_it_is_made(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TOOLS) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event("reject 2 it is dangerous"))
        await rig.say(thread.event("approve 1"))

    rows = log_of(tmp_path)[1:]
    found = [(row["action"], row["sha256"], json.loads(row["detail"])) for row in rows]
    assert found == [
        ("rejected", hashed("delete"), {"item": 2, "kind": "tool"}),
        ("approved", hashed("send"), {"item": 1, "kind": "tool"}),
    ]
    assert "dangerous" not in json.dumps(rows)


async def test_change_is_logged_with_the_hash_of_what_runs_and_of_what_was_shown(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE) as rig:
        await rig.say(thread.event("hi"))
        [request] = await rig.questions(thread)
        press = thread.event(kind=EventKind.DECISION, request=request.id)
        changed = Decision(verdict=Verdict.APPROVE, content="print(2)")
        await rig.say(replace(press, decisions=(changed,)))

    row = log_of(tmp_path)[1]
    assert (row["action"], row["sha256"], row["request"]) == ("changed", hashed("print(2)"), request.id)
    assert json.loads(row["detail"]) == {"item": 1, "kind": "code", "shown": hashed("print(1)")}


async def test_feedback_and_exit_are_logged_as_what_they_are_for_the_code(tmp_path: Path) -> None:
    one, two = Thread("t1"), Thread("t2")

    async with running(tmp_path, CODE) as rig:
        for thread, words in ((one, "use a loop"), (two, "exit")):
            await rig.say(thread.event("hi"))
            await rig.say(thread.event(words))

    assert [row["sha256"] for row in log_of(tmp_path) if row["action"] == "rejected"] == [hashed("print(1)")] * 2


async def test_expiry_is_nobodys_act_and_names_the_bytes(tmp_path: Path) -> None:
    thread, clock = Thread(), FakeClock()
    teams = ScriptedTeams(CODE, clock=clock, expires=60.0)

    async with running(tmp_path, teams=teams, clock=clock) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(120)

    row = log_of(tmp_path)[-1]
    assert (row["action"], row["person"], row["sha256"]) == ("expired", "", hashed("print(1)"))


async def test_refusal_says_what_was_wanted_and_why_it_was_refused(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event("approve my pick", by=BO))
        await rig.say(thread.event("what is this?", by=BO, addressed=False))
        await rig.say(thread.event("approve", by=replace(BO, bot=True)))

    rows = [(row["action"], json.loads(row["detail"])) for row in log_of(tmp_path)[1:]]
    assert rows == [
        ("refused", {"what": "approve", "why": "permissions"}),
        ("refused", {"what": "approve", "why": "bot"}),
    ]


async def test_mute_is_logged(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE) as rig:
        await rig.say(thread.event(kind=EventKind.MUTE, by=BO))

    assert acts(tmp_path) == [("muted", HIS)]


async def test_muted_thread_that_listens_again_is_logged_with_who_named_the_bot(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["ask", "you"]]}) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event(kind=EventKind.MUTE, by=BO))
        await rig.say(thread.event("and now?"))

    assert acts(tmp_path) == [("started", HERS), ("muted", HIS), ("unmuted", HERS), ("answered", HERS)]


async def test_refused_start_names_the_team_only_if_there_is_one(tmp_path: Path) -> None:
    rules = Permissions([Rule(start=(ANNA.id,))])

    async with running(tmp_path, CODE, permissions=rules) as rig:
        for name, team in (("t1", "my-medical-file"), ("t2", "greet"), ("t3", None)):
            await rig.say(Thread(name).event("hi", by=BO, team=team))

    found = [(row["action"], row["team"]) for row in log_of(tmp_path)]
    assert found == [("refused", ""), ("refused", "greet"), ("refused", "greet")]


async def test_event_that_comes_again_is_logged_once(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE) as rig:
        for event in (thread.event("hi"), thread.event("approve")):
            await rig.say(event)
            await rig.say(thread.again(event))

    assert acts(tmp_path) == [("started", HERS), ("approved", HERS)]


async def test_run_and_answer_of_kept_words_are_logged_as_those_of_who_said_them(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"], ["ask", "you"]]}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        await rig.inbox.accept(thread.event("more", by=BO))
        rig.teams.release()
        await rig.quiet()

    assert acts(tmp_path) == [("started", HERS), ("answered", HIS)]


def overview(rig: Rig, permissions: Permissions | None = None) -> StoredOverview:
    async def models(language: str) -> str:
        return ""

    return StoredOverview(
        store=rig.store,
        teams=rig.teams,
        default_team="greet",
        models=models,
        permissions=permissions,
        now=rig.clock.now,
    )


async def test_change_of_a_default_is_logged_with_who_made_it(tmp_path: Path) -> None:
    async with running(tmp_path, CODE) as rig:
        await overview(rig).set_default_team(adapter="fake", workspace="w", channel="c", team="greet", person=ANNA)

    row = log_of(tmp_path)[0]
    found = (row["action"], row["person"], row["place"], row["team"], row["conversation"])
    assert found == ("default_changed", HERS, PLACE, "greet", "")


async def test_default_is_not_set_by_who_may_not_start_there(tmp_path: Path) -> None:
    rules = Permissions([Rule(channel="c", start=(ANNA.id,))])

    async with running(tmp_path, CODE) as rig:
        told = overview(rig, rules)
        refused = ""
        try:
            await told.set_default_team(adapter="fake", workspace="w", channel="c", team="greet", person=BO)
        except NotAllowedError as error:
            refused = error.text_id
        await told.set_default_team(adapter="fake", workspace="w", channel="d", team="greet", person=BO)

    assert refused == "denied_default"
    assert acts(tmp_path) == [("refused", HIS), ("default_changed", HIS)]
    assert json.loads(log_of(tmp_path)[0]["detail"]) == {"what": "default", "why": "permissions"}
