"""What `threadfast run` does before the first run, and what the first run brings in."""

from __future__ import annotations

import asyncio
import signal
from asyncio.subprocess import Process
from pathlib import Path

from tests.packages import install
from tests.processes import Command, ended, told
from tests.slack_server import SlackServer

OF_THE_LIBRARY = "/tiktoken/"
"""A machine-code module that the agent library imports, and nothing else does."""


async def test_the_first_run_brings_the_agent_library_in_and_its_handlers_write_nothing_to_standard_output(
    command: Command, slack: SlackServer
) -> None:
    workspace = slack.workspace("Acme")
    anna, general = workspace.person("Anna"), workspace.channel("general")
    process = await command.start("run")
    await told(process, "Slack: Socket Mode")
    before = await _loaded(process)

    root = await anna.says(general, "@Threadfast hello")
    await general.until(lambda thread: len(thread) > 1, thread=root, seconds=30)
    after = await _loaded(process)
    process.send_signal(signal.SIGTERM)
    done = await ended(process)

    assert OF_THE_LIBRARY not in before
    assert OF_THE_LIBRARY in after
    assert (done.status, done.out) == (0, "")


async def _loaded(process: Process) -> str:
    """Return the names of the files that a process has loaded into its memory."""
    return await asyncio.to_thread(Path(f"/proc/{process.pid}/maps").read_text)


async def test_a_version_of_the_agent_library_that_nobody_has_tried_is_refused_at_the_start(
    command: Command, slack: SlackServer, tmp_path: Path
) -> None:
    install(tmp_path / "other", "autogen", "0.15.0")
    command.settings["PYTHONPATH"] = str(tmp_path / "other")

    done = await command.run("run")

    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("autogen 0.15.0 is installed; Threadfast is proven with 0.14.1.")
    assert slack.requests == []
