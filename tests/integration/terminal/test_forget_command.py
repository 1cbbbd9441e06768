"""`threadfast audit` and `threadfast forget` over a database that nobody works on."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import RunStatus
from bot.ports import Records
from bot.store import open_store
from tests.contract.test_store_audit import ENTRY
from tests.contract.test_store_retention import full
from tests.integration.terminal.threadfast import Threadfast
from tests.unit.store.samples import run

pytestmark = pytest.mark.timeout(300)
NAMES = ("t1", "t10", "u")


def record(threadfast: Threadfast, work: Callable[[Records], object]) -> Path:
    """Record something as a process did that has ended."""
    path = threadfast.home / "data" / "threadfast.db"

    async def write() -> None:
        store = await asyncio.to_thread(open_store, path)
        await store.write(work)
        await store.close()

    asyncio.run(write())
    return path


def some(records: Records) -> None:
    for name in NAMES:
        full(records, name, status=RunStatus.COMPLETED if name == "u" else RunStatus.WORKING)


def left(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as file:
        return [row[0].rpartition(":")[2] for row in file.execute("SELECT id FROM conversations ORDER BY id")]


def facts(threadfast: Threadfast, *options: str) -> list[dict[str, object]]:
    done = threadfast.run("audit", "--json", *options)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_facts_are_listed_and_filtered_as_a_table_and_as_json(threadfast: Threadfast) -> None:
    record(threadfast, some)

    table = threadfast.run("audit", "--action", "approved", "--person", "U1", "--since", "2026-01-01")
    lines = facts(threadfast, "--conversation", "console:home:main:t10")
    nothing = threadfast.run("audit", "--action", "stopped")

    head, *rows = table.stdout.splitlines()
    assert head.split("\t")[:4] == ["number", "time", "action", "person"]
    assert [row.split("\t")[3] for row in rows] == ["slack:T1:U1"] * 3
    assert [(line["number"], line["sha256"], line["detail"]) for line in lines] == [(2, ENTRY.sha256, ENTRY.detail)]
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "nothing like this" in nothing.stderr


def test_secrets_are_taken_out_of_the_lists_of_facts_and_runs(
    threadfast: Threadfast, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "hunter2-" * 12
    # Not among the rig's settings: those are looked for in the database as well, where people's words stay as they are.
    monkeypatch.setenv("gopher_proxy", f"http://me:{secret}@127.0.0.1:1")

    def work(records: Records) -> None:
        records.audit.add(replace(ENTRY, team=secret))
        begun = run("r1")
        records.runs.add(replace(begun, opening=replace(begun.opening, text=f"my key is {secret}, see?")))

    record(threadfast, work)
    told = [threadfast.run(*arguments).stdout for arguments in (["audit"], ["audit", "--json"], ["runs"])]

    assert ["hunter2" in each for each in told] == [False] * 3
    assert ["[redacted]" in each for each in told] == [True] * 3


def test_conversation_is_deleted_with_every_trace_and_the_facts_stay(threadfast: Threadfast) -> None:
    path = record(threadfast, some)

    done = threadfast.run("forget", "--conversation", "console:home:main:t1", "--yes")

    assert (done.returncode, left(path)) == (0, ["t10", "u"])
    assert "In all 1 conversations with 1 runs, 1 messages, 1 questions and 1 posts." in done.stderr
    assert "Runs that are open, and will be ended: 1." in done.stderr
    assert "stays as it is" in done.stderr
    assert done.stderr.splitlines()[-1] == "Deleted 1 of 1."
    assert b"d-t1\x00" not in path.read_bytes()
    assert [line["action"] for line in facts(threadfast)] == ["approved"] * 3 + ["forgot"]
    [forgot] = facts(threadfast, "--action", "forgot")
    assert (forgot["conversation"], forgot["person"]) == ("console:home:main:t1", "")
    assert isinstance(forgot["detail"], dict)
    assert forgot["detail"]["reason"] == "operator"


def test_words_that_an_earlier_version_left_in_free_space_go_too(threadfast: Threadfast) -> None:
    path = record(threadfast, some)
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA secure_delete=OFF")
        file.execute("UPDATE inbox SET event = replace(event, 'hello', ?)", ("kestrel " * 2000,))
        file.execute("UPDATE inbox SET event = replace(event, ?, 'hello')", ("kestrel " * 2000,))
        file.commit()
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()

    done = threadfast.run("forget", "--conversation", "console:home:main:t1", "--yes")

    assert done.returncode == 0
    assert b"kestrel" in before
    assert b"kestrel" not in path.read_bytes()


@pytest.mark.parametrize(
    ("option", "value", "stay"),
    [
        ("--person", "console:home:U1", []),
        ("--person", "console:*:U1", []),
        ("--person", "discord:*:U1", ["t1", "t10", "u"]),
        ("--person", "console:home:U7", ["t1", "t10", "u"]),
        ("--older-than", "1d", ["t1", "t10", "u"]),
    ],
)
def test_what_is_meant_is_deleted(threadfast: Threadfast, option: str, value: str, stay: list[str]) -> None:
    path = record(threadfast, some)

    done = threadfast.run("forget", option, value, "--yes")

    assert (done.returncode, left(path)) == (0, stay)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ([], 2, "give exactly one of --person"),
        (["--person", "slack:T1:U1", "--older-than", "9d"], 2, "give exactly one of --person"),
        (["--person", "U1"], 2, "is not ADAPTER:WORKSPACE:ID"),
        (["--person", "slack::U1"], 2, "is not ADAPTER:WORKSPACE:ID"),
        (["--conversation", ""], 2, "names nothing"),
        (["--conversation", "nope"], 1, "There is no conversation 'nope'"),
        (["--conversation", "console:home:main:"], 1, "begins several ids"),
        (["--older-than", "long"], 2, "is not a length of time such as 90d"),
        (["--older-than", "0d"], 2, "is not a length of time such as 90d"),
        (["--older-than", "999999w"], 2, "longer ago than the calendar goes"),
        (["--conversation", "console:home:main:u"], 2, "Give --yes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_persons_mistake_deletes_nothing(threadfast: Threadfast, arguments: list[str], status: int, words: str) -> None:
    path = record(threadfast, some)

    done = threadfast.run("forget", *arguments)

    assert done.returncode == status
    assert words in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr
    assert left(path) == sorted(NAMES)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--action", "danced"], "is none of started"),
        (["--since", "yesterday"], "is not a time such as"),
        (["--limit", "0"], "--limit"),
    ],
)
def test_wrong_filter_is_named(threadfast: Threadfast, arguments: list[str], words: str) -> None:
    done = threadfast.run("audit", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert words in " ".join(done.stderr.replace("│", " ").split())
