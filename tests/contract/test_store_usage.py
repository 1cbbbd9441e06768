"""What every store keeps of the promises about what people, channels, teams and runs have used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.domain import ConversationId, Effect, EffectState, RunId, RunStatus
from bot.ports import Records, Store
from tests.unit.store.samples import ANN, NOW, run

TODAY, TOMORROW = date(2026, 1, 5), date(2026, 1, 6)
SCOPES = ["person:slack:T1:U1", "channel:slack:T1:C1", "team:solo"]


async def test_runs_and_tokens_add_up_for_each_scope_and_day(store: Store) -> None:
    def work(records: Records) -> Any:
        records.usage.add(TODAY, SCOPES, runs=1)
        records.usage.add(TODAY, SCOPES[:2], tokens=3_000_000_000)
        records.usage.add(TODAY, SCOPES[:1], runs=1, tokens=5)
        records.usage.add(TOMORROW, SCOPES, runs=1)
        return records.usage.used(TODAY, [*SCOPES, "team:none"]), records.usage.used(TOMORROW, SCOPES[:1])

    today, tomorrow = await store.write(work)

    assert today == {SCOPES[0]: (2, 3_000_000_005), SCOPES[1]: (1, 3_000_000_000), SCOPES[2]: (1, 0)}
    assert tomorrow == {SCOPES[0]: (1, 0)}


async def test_runs_that_work_are_counted_for_their_starter_channel_and_team(store: Store) -> None:
    def work(records: Records) -> Any:
        for number, (conversation, person, team, status) in enumerate(
            [
                ("slack:T1:C1:1", "U1", "solo", RunStatus.WORKING),
                ("slack:T1:C1:2", "U1", "duo", RunStatus.WORKING),
                ("slack:T1:C12:3", "U2", "solo", RunStatus.WORKING),
                ("slack:T2:C1:4", "U1", "solo", RunStatus.WORKING),
                ("slack:T1:C1:5", "U1", "solo", RunStatus.INPUT_REQUIRED),
                ("slack:T1:C1:6", "U1", "solo", RunStatus.COMPLETED),
            ]
        ):
            one = run(f"r{number}")
            by = replace(ANN, id=person)
            where = ConversationId(conversation)
            records.runs.add(replace(one, conversation=where, started_by=by, team=team, status=status))
        return records.usage.working(SCOPES), records.usage.working(["person:slack:T1:U9"])

    assert await store.write(work) == (dict(zip(SCOPES, [2, 2, 3], strict=True)), {})


async def test_runs_that_work_are_counted_for_a_person_in_every_workspace(store: Store) -> None:
    def work(records: Records) -> Any:
        for number, place in enumerate(("discord:111", "discord:dm", "slack:111")):
            where = ConversationId(f"{place}:c:{number}")
            records.runs.add(replace(run(f"r{number}"), conversation=where))
        return records.usage.working(["person:discord:*:U1"])

    assert await store.write(work) == {"person:discord:*:U1": 2}


async def test_nobody_has_used_anything_at_first(store: Store) -> None:
    def work(records: Records) -> Any:
        return records.usage.used(TODAY, SCOPES), records.usage.working(SCOPES), records.usage.spans(RunId("none"))

    assert await store.read(work) == ({}, {}, [])


async def test_run_has_worked_while_its_models_code_and_tools_did_and_not_while_it_asked(store: Store) -> None:
    later = NOW + timedelta(seconds=9)

    def effect(kind: str, *, ended: bool = True) -> Effect:
        state = EffectState.DONE if ended else EffectState.STARTED
        ended_at = later if ended else None
        return Effect(key=kind, kind=kind, request="", state=state, started_at=NOW, ended_at=ended_at)

    def work(records: Records) -> Any:
        records.runs.add(run("r1"))
        kinds = ("model", "code", "human", "approval", "random")
        records.journal.record(RunId("r1"), [*map(effect, kinds), effect("tool", ended=False)])
        return records.usage.spans(RunId("r1"))

    assert await store.write(work) == [(NOW, later)] * 2
