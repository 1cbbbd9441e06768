"""Files too long for the models: given to code instead, decided once, and the same in every replay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from bot.domain import Answer, Attachment, Run
from tests.contract.teams import printed
from tests.integration.histories.talk import said
from tests.integration.teams.harness import SilentPreview, Teams
from tests.model_server import ModelServer
from tests.unit.durable.rig import PERSON, START, MemoryJournal

CODING = """\
name: coding
kind: two_agent
agents:
  coder: {instructions: "[[agent:coder]] Write code.", model: m}
  runner: {human: true, human_input_mode: ALWAYS, code: true}
"""
TALKING = CODING.replace("name: coding", "name: talking").replace(", code: true", "")
TABLE = Attachment(name="table.csv", media_type="text/csv", data=b"alpha,beta\n" * 3000)
OTHER = replace(TABLE, name="other.csv")


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer({"m": {"_any": lambda messages: f"I have read {len(messages)} messages."}}) as running:
        yield running


class Context:
    """A run of a team over an Ollama whose context may change between two steps."""

    def __init__(self, folder: Path, server: ModelServer) -> None:
        self.folder, self.server, self.journal = folder, server, MemoryJournal()

    async def step(self, run: Run, *, context: int) -> None:
        client = OllamaClient(OllamaHost(url=self.server.url, context=context))
        teams = Teams(self.folder, "", models=client, executors=printed)
        await teams.step(run, self.journal, SilentPreview())

    async def begun(self, team: str, *files: Attachment) -> Run:
        teams = Teams(self.folder, "", models=OllamaClient(OllamaHost(url=self.server.url)), executors=printed)
        return await teams.start(teams.write(team), "What is in it?", files=files)

    def answer(self, text: str, *files: Attachment) -> None:
        request = self.journal.open[0]
        self.journal.answers[request.key] = Answer(text=text, attachments=files, by=PERSON, at=START)

    @property
    def told(self) -> str:
        return said(self.server.chats[-1].body["messages"])


@pytest.fixture
def within(tmp_path: Path, server: ModelServer) -> Context:
    return Context(tmp_path, server)


async def test_file_too_long_for_the_context_is_given_to_code_and_agents_are_told_where(within: Context) -> None:
    await within.step(await within.begun(CODING, TABLE), context=8192)

    assert "Read it with code: it lies in the work folder as 'table.csv'." in within.told
    assert within.told.count("> alpha,beta") < 50


async def test_team_without_code_is_told_that_nobody_can_read_it(within: Context) -> None:
    await within.step(await within.begun(TALKING, TABLE), context=8192)

    assert "Nobody of this team runs code" in within.told


async def test_file_that_a_larger_context_holds_is_quoted(within: Context) -> None:
    await within.step(await within.begun(CODING, TABLE), context=131_072)

    assert within.told.count("> alpha,beta") == 3000


async def test_what_was_decided_stays_when_the_context_changes(within: Context) -> None:
    run = await within.begun(CODING, TABLE)
    await within.step(run, context=8192)
    before = within.told
    within.answer("Go on.")

    await within.step(run, context=131_072)

    assert within.told.startswith(before)
    assert within.journal.kinds.count("files") == 1


async def test_files_of_answers_are_decided_when_they_come_and_replayed_so(within: Context) -> None:
    run = await within.begun(CODING)
    await within.step(run, context=8192)
    within.answer("Read this.", OTHER)
    await within.step(run, context=131_072)
    assert within.told.count("> alpha,beta") == 3000
    within.answer("And now?")

    await within.step(run, context=131_072)

    assert within.journal.kinds.count("files") == 1
    assert within.told.count("> alpha,beta") == 3000


async def test_run_that_began_before_this_was_decided_is_told_what_it_was_told(within: Context) -> None:
    run = await within.begun(CODING, TABLE)

    await within.step(replace(run, pinned={**run.pinned, "format": 4}), context=8192)

    size = "(text/csv, 33000 bytes)"
    assert f"File table.csv {size} is attached; its content is not shown here." in within.told
    assert "files" not in within.journal.kinds
