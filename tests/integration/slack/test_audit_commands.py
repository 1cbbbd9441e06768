"""The audit log and deletion beside a running `threadfast run`: two real processes on one database."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path

from tests.integration.slack.test_run_command import until_asked
from tests.processes import Command, ended, tell_model, told
from tests.slack_server import Message, Person, SlackServer, Workspace

CANARY = "kestrel-over-the-moor"


def scene(slack: SlackServer) -> tuple[Workspace, Person]:
    workspace = slack.workspace("Acme")
    return workspace, workspace.person("Anna")


def conversation(workspace: Workspace, root: Message) -> str:
    return f"slack:{workspace.id}:{root.channel}:{root.ts}"


def files_with(folder: Path, words: str) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if words.encode() in path.read_bytes())


def numbers(path: Path) -> list[int]:
    """Return the numbers of the entries in a file, which need not be there yet."""
    return [] if not path.exists() else [json.loads(line)["number"] for line in path.read_text("ascii").splitlines()]


async def until(path: Path, count: int) -> None:
    """Return once so many lines are there."""
    while len(await asyncio.to_thread(numbers, path)) < count:  # noqa: ASYNC110 - nothing else tells it
        await asyncio.sleep(0.05)


async def test_conversation_is_deleted_beside_the_process_that_works_on_it(
    command: Command, slack: SlackServer
) -> None:
    workspace, anna = scene(slack)
    general = workspace.channel("general")
    await tell_model(command.settings["OLLAMA_HOST"], delay=120)
    process = await command.start("run")
    await told(process, "Slack: ")
    root = await anna.says(general, f"@Threadfast {CANARY}")
    await until_asked(command)

    before = await asyncio.to_thread(files_with, command.home / "data", CANARY)
    done = await command.run("forget", "--conversation", conversation(workspace, root), "--yes")
    listed = await command.run("audit", "--json")
    await tell_model(command.settings["OLLAMA_HOST"], delay=0)
    process.send_signal(signal.SIGTERM)
    ending = await ended(process)

    assert before
    assert done.status == 0, done.err
    assert "Runs that are open, and will be ended: 1." in done.err
    assert done.err.splitlines()[-1] == "Deleted 1 of 1, by the process that serves them."
    facts = [json.loads(line) for line in listed.out.splitlines()]
    assert [(fact["action"], fact["conversation"]) for fact in facts] == [
        ("started", conversation(workspace, root)),
        ("forgot", conversation(workspace, root)),
    ]
    assert facts[1]["detail"]["open_runs"] == 1
    assert CANARY not in listed.out
    assert (ending.status, "Traceback" in ending.err) == (0, False)
    assert await asyncio.to_thread(files_with, command.home / "data", CANARY) == []
    assert len(general.thread(root)) == 1


async def test_every_fact_is_one_line_of_the_file_over_rotation_torn_lines_and_a_killed_process(
    command: Command, slack: SlackServer
) -> None:
    workspace, anna = scene(slack)
    general = workspace.channel("general")
    path, rotated = command.home / "audit.jsonl", command.home / "audit.jsonl.1"
    command.settings["THREADFAST_AUDIT_FILE"] = str(path)
    async with command.running("run", says="Slack: "):
        await anna.says(general, "@Threadfast one")
        await until(path, 1)
        await asyncio.to_thread(os.rename, path, rotated)
        await anna.says(general, "@Threadfast two")
        await until(path, 1)
        await anna.says(general, "@Threadfast three")
        await until(path, 2)
    await asyncio.to_thread(tear, path)

    async with command.running("run", says="Slack: "):
        await anna.says(general, "@Threadfast four")
        await until(path, 3)

    assert numbers(rotated) + numbers(path) == [1, 2, 3, 4]
    assert path.stat().st_mode & 0o777 == 0o600


def tear(path: Path) -> None:
    """Leave of the last line what a process leaves that dies while it writes."""
    text = path.read_bytes()
    path.write_bytes(text[: text[:-1].rfind(b"\n") + 10])
