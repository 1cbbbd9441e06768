from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from agents.models.pool import Models, ModelSettings, PullProgress
from agents.models.settings import Alias, HostSettings
from bot.errors import ModelFailedError, RetryLaterError
from tests.integration.models.conftest import Heard
from tests.integration.models.hosts import GIGA, Pool, Watched, calling, pooled

NOWHERE = "http://me:secret@127.0.0.1:1"


async def pulled(pool: Pool, model: str, host: str | None = None) -> list[PullProgress]:
    return [step async for step in pool.models.pull(model, host)]


async def test_survey_says_how_every_host_is_and_what_it_has() -> None:
    async with pooled(has={"one": ["a", "b"], "two": ["b"]}, settings={"slots": 2}) as pool:
        await pool.ask("a")

        one, two = await pool.models.survey()

        assert (one.name, one.kind, one.version, one.error) == ("one", "ollama", "0.33.1", "")
        assert one.address == pool.servers["one"].url
        assert dict(one.models) == {"a:latest": 4 * GIGA, "b:latest": 4 * GIGA}
        assert [(model.name, model.context, model.wanted) for model in one.loaded] == [("a:latest", 8192, 8192)]
        assert one.loaded[0].expires is not None
        assert (two.loaded, list(two.models), two.slots, two.busy) == ((), ["b:latest"], 2, 0)


async def test_survey_says_who_works_and_who_waits() -> None:
    async with pooled(["one"], settings={"slots": 1}, delay=0.5) as pool:
        waits = Watched()
        async with asyncio.TaskGroup() as group:
            group.create_task(pool.ask("a"))
            group.create_task(pool.ask("a", watch=waits))
            await pool.servers["one"].until(lambda: pool.servers["one"].chats)
            report = (await pool.models.survey())[0]

        assert (report.busy, dict(report.waiting)) == (1, {"a": 1})


async def test_survey_says_why_a_host_cannot_be_used_and_shows_no_password(tmp_path: Path) -> None:
    async with pooled(["one"], kind="openai") as pool:
        hosts = (
            HostSettings(name="away", address=NOWHERE),
            HostSettings(name="one", kind="openai", address=pool.servers["one"].base_url),
        )
        models = Models(ModelSettings(cache=tmp_path, hosts=hosts))

        away, one = await models.survey()

        await models.close()
        assert "cannot be reached" in away.error
        assert away.address == "http://127.0.0.1:1"
        assert "secret" not in repr(away)
        assert (one.error, sorted(one.models)) == ("", ["a", "b", "c"])


async def test_survey_without_any_host_is_of_the_embedded_model(tmp_path: Path) -> None:
    models = Models(ModelSettings(cache=tmp_path, probe_address=NOWHERE))

    (report,) = await models.survey()

    await models.close()
    assert (report.name, report.kind, report.error) == ("embedded", "embedded", "")


async def test_model_is_pulled_where_it_is_missing_with_its_progress() -> None:
    async with pooled(has={"one": ["a"], "two": ["b"]}) as pool:
        steps = await pulled(pool, "a")

        assert {step.host for step in steps} == {"two"}
        assert steps[-1].status == "success"
        assert [step.done for step in steps if step.total] == sorted(step.done for step in steps if step.total)
        assert (steps[-1].done, steps[-1].total) == (100, 100)
        assert (await pool.models.missing(("a", "b"))) == []
        assert (await pool.ask("a")).content


async def test_model_that_every_host_has_is_pulled_anew_everywhere() -> None:
    async with pooled() as pool:
        steps = await pulled(pool, "a")

        assert [step.host for step in steps if step.status == "success"] == ["one", "two"]


async def test_model_is_pulled_where_the_operator_says() -> None:
    async with pooled() as pool:
        assert {step.host for step in await pulled(pool, "a", "two")} == {"two"}
        assert pool.asked("/api/pull") == {"one": 0, "two": 1}


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [("pull_error", "file does not exist"), ("pull_cut", "The host one broke off pulling 'c' after: pulling")],
)
async def test_pull_that_fails_says_so_and_is_no_success(fault: str, sentence: str) -> None:
    async with pooled(["one"], has={"one": ["a"]}) as pool:
        pool.servers["one"].fault(fault)

        with pytest.raises(ModelFailedError, match=sentence):
            await pulled(pool, "c")

        assert await pool.models.missing(("c",)) == ["c"]


async def test_pull_that_is_left_closes_its_connection() -> None:
    async with pooled(["one"], has={"one": ["a"]}, token_delay=0.2) as pool:
        async with aclosing(pool.models.pull("c", "one")) as steps:
            async for step in steps:
                assert step.status == "pulling manifest"
                break
        await asyncio.sleep(0.5)

        assert "c" not in pool.servers["one"].state.models


@pytest.mark.parametrize(
    ("model", "host", "sentence"),
    [
        ("a", "three", "There is no model host 'three'. Hosts: one, two"),
        ("big:671b-cloud", None, "runs in a cloud"),
    ],
)
async def test_pull_that_cannot_be_says_why(model: str, host: str | None, sentence: str) -> None:
    async with pooled() as pool:
        with pytest.raises(ModelFailedError, match=sentence):
            await pulled(pool, model, host)


async def test_server_of_the_other_dialect_cannot_pull() -> None:
    async with pooled(["one"], kind="openai") as pool:
        with pytest.raises(ModelFailedError, match="Only an Ollama can pull a model"):
            await pulled(pool, "a")


async def test_host_that_is_away_is_not_asked_to_pull(tmp_path: Path) -> None:
    models = Models(ModelSettings(cache=tmp_path, hosts=(HostSettings(name="away", address=NOWHERE),)))

    with pytest.raises(RetryLaterError, match="away cannot be reached"):
        async for _ in models.pull("a"):
            pass

    await models.close()


async def test_model_is_shown_as_each_host_describes_it() -> None:
    aliases = {"chat": Alias(model="a", num_ctx=4096)}
    async with pooled(has={"one": ["a"], "two": ["a", "b"]}, settings={"aliases": aliases}) as pool:
        reports = await pool.models.show("chat")

        assert [(report.host, report.name) for report in reports] == [("one", "a:latest"), ("two", "a:latest")]
        shown = reports[0]
        assert (shown.family, shown.parameters, shown.context) == ("scripted", "1B", 262_144)
        assert (shown.num_ctx, shown.abilities, shown.size) == (4096, ("completion", "tools", "vision"), 4 * GIGA)
        assert await pool.models.show("absent") == []


async def test_missing_are_the_models_that_are_meant_and_on_no_host() -> None:
    aliases = {"chat": "a", "code": Alias(model="x", fallbacks=("b",)), "other": "y"}
    async with pooled(has={"one": ["a"], "two": ["b"]}, settings={"aliases": aliases}) as pool:
        assert await pool.models.missing(("z", "a")) == ["y", "z"]


async def test_nothing_is_missing_where_nobody_can_say(tmp_path: Path) -> None:
    away = Models(ModelSettings(cache=tmp_path, hosts=(HostSettings(name="away", address=NOWHERE),)))
    embedded = Models(ModelSettings(cache=tmp_path, probe_address=NOWHERE))

    assert (await away.missing(("a",)), await embedded.missing(("a",))) == ([], [])

    await away.close()
    await embedded.close()


async def test_pulled_model_is_used_by_runs_that_failed_without_it() -> None:
    async with pooled(["one"], has={"one": ["a"]}) as pool:
        with pytest.raises(ModelFailedError, match="'c' is on no model host"):
            await pool.models.complete(calling("c"), Heard())

        await pulled(pool, "c")

        assert (await pool.models.complete(calling("c"), Heard())).host == "one"
