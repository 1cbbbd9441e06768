from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agents.teams.schema import published
from tests.integration.terminal.threadfast import Threadfast, thread_in

pytestmark = pytest.mark.timeout(300)
VENDORS = (
    *("autogen", "openai", "ollama", "sqlalchemy", "alembic", "xllamacpp", "httpx", "prompt_toolkit"),
    *("slack_bolt", "slack_sdk", "aiohttp", "cryptography"),
)
OWN_TEAM = """\
name: own
kind: two_agent
agents:
  writer: {instructions: Write., model: "llama9:70b"}
  person: {human: true}
"""
LOOK = """
import sys
from bot.__main__ import main
sys.argv[1:] = {arguments!r}
try:
    main()
except SystemExit as end:
    print("STATUS", end.code)
print("LOADED", *(name for name in {vendors!r} if name in sys.modules))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["chat", "--help"], ["teams"], ["manifest", "slack"]], ids=" ".join)
def test_help_and_teams_import_no_vendor(arguments: list[str]) -> None:
    script = LOOK.format(arguments=arguments, vendors=VENDORS)

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.splitlines()[-2:] == ["STATUS 0", "LOADED"]


def test_teams_are_listed_and_a_wrong_file_is_named_with_its_line(threadfast: Threadfast, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\nkindd: two_agent\n", "utf-8")

    listed = threadfast.run("teams")
    checked = threadfast.run("teams", "check", str(file))

    assert {line.split("\t")[0] for line in listed.stdout.splitlines()} >= {"solo", "coder", "coder-reviewed", "panel"}
    assert checked.returncode == 1
    assert "mine.yaml:" in checked.stderr


def test_schema_of_team_files_is_printed(threadfast: Threadfast) -> None:
    printed = threadfast.run("teams", "schema")

    assert json.loads(printed.stdout) == published()


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["chat", "--thread", "nope"], 1, "There is no conversation 'nope'"),
        (["chat", "--team", "nope", "--say", "x"], 1, "There is no team 'nope'"),
        (["chat", "--answer", "x"], 2, "--answer needs --say or --thread"),
        (["chat", "--thread", b"\xff"], 1, "There is no conversation '\\udcff'"),
        (["runs", "nope"], 1, "There is no run or thread 'nope'"),
        (["runs", b"\xffabc"], 1, "There is no run or thread '\\udcffabc'"),
        (["run"], 2, "No chat platform is set up"),
        (["runs", "--files", "out"], 2, "--files needs the run"),
        (["dance"], 2, "No such command"),
        (["model", "fetch", "nope"], 1, "There is no embedded model 'nope'"),
    ],
    ids=lambda value: " ".join(map(ascii, value)) if isinstance(value, list) else "",
)
def test_persons_mistake_is_a_sentence(
    threadfast: Threadfast, arguments: list[str | bytes], status: int, words: str
) -> None:
    done = threadfast.run(*map(os.fsdecode, arguments))

    assert (done.returncode, done.stdout) == (status, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_setting_is_named_by_every_command(threadfast: Threadfast) -> None:
    threadfast.settings["THREADFAST_TEEM"] = "solo"

    done = threadfast.run("runs")

    assert done.returncode == 1
    assert (
        done.stderr == "THREADFAST_TEEM in the environment: there is no such setting; did you mean THREADFAST_TEAM?\n"
    )


THANKS = """
name: thanks
kind: two_agent
model: m
agents:
  assistant: {instructions: Be polite.}
  proxy: {human: true, human_input_mode: NEVER, default_auto_reply: You are welcome.}
"""


def test_check_says_what_is_wrong_and_how_to_mend_it(threadfast: Threadfast) -> None:
    threadfast.settings |= {"OLLAMA_HOST": "http://127.0.0.1:9", "THREADFAST_TEAM": "nope"}

    done = threadfast.run("check")

    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert done.returncode == 1
    assert "correct OLLAMA_HOST" in lines["models"]
    assert "'nope' does not exist" in lines["teams"]
    assert lines["store"].split()[1] == "ok"
    assert not (threadfast.home / "data").exists()


def test_check_names_a_model_that_a_team_wants_and_the_host_lacks(threadfast: Threadfast) -> None:
    (threadfast.home / "teams").mkdir()
    (threadfast.home / "teams" / "own.yaml").write_text(OWN_TEAM, "utf-8")
    threadfast.settings["THREADFAST_MODELS"] = '{"chat": "m"}'

    for_another = threadfast.run("check")
    threadfast.settings["THREADFAST_TEAM"] = "own"
    for_the_default = threadfast.run("check")

    missing = [line for line in for_another.stdout.splitlines() if "is not on" in line]
    assert for_another.returncode == 0, for_another.stdout
    assert [line.split()[1] for line in missing] == ["note", "note"]
    teams = "(teams: coder, coder-reviewed)"
    assert f"the model code is not on {threadfast.server} {teams}; threadfast model pull code" in missing[0]
    assert "(teams: own); threadfast model pull llama9:70b" in missing[1]
    assert for_the_default.returncode == 1
    assert "models    WRONG  the model llama9:70b is not on" in for_the_default.stdout


def test_runs_lists_and_shows_a_run_with_its_effects(threadfast: Threadfast) -> None:
    chat = threadfast.run("chat", "--team", "coder", "--say", "primes")
    thread = thread_in(chat.stderr)

    listed = threadfast.run("runs")
    shown = threadfast.run("runs", thread)

    assert listed.stdout.splitlines()[1].split("\t")[1:4] == [thread, "coder", "completed"]
    assert "user_proxy: ran python\n2 3 5 7 11 13 17 19 23 29\n" in shown.stdout
    assert "3 effects:" in shown.stdout


def test_transcript_tells_what_of_the_models_mistakes_was_mended_and_how_often(threadfast: Threadfast) -> None:
    chat = threadfast.run("chat", "--team", "coder", "--say", "label it wrongly")

    shown = threadfast.run("runs", thread_in(chat.stderr)).stdout

    assert re.search(r"^model .*/model/\w+/0  mended: code_labels$", shown, re.MULTILINE), shown
    assert shown.splitlines()[-1] == "mended: code_labels x1, end_word x1"


def test_transcript_counts_a_chat_that_was_stopped_because_it_went_round(threadfast: Threadfast) -> None:
    (threadfast.home / "teams").mkdir()
    (threadfast.home / "teams" / "thanks.yaml").write_text(THANKS, "utf-8")
    chat = threadfast.run("chat", "--team", "thanks", "--say", "only thanks")

    shown = threadfast.run("runs", thread_in(chat.stderr)).stdout

    assert "Only courtesies were exchanged any more, so the chat was ended." in shown
    assert shown.splitlines()[-1] == "mended: loops x1"


def test_transcript_tells_decisions_with_their_reasons(threadfast: Threadfast) -> None:
    chat = threadfast.run("chat", "--team", "coder-reviewed", "--say", "primes", "--answer", "reject too slow")

    shown = threadfast.run("runs", thread_in(chat.stderr))

    assert re.search(r"^\w+: reject too slow \(Rejected by \w+\.\)$", shown.stdout, re.MULTILINE), shown.stdout


def test_transcript_of_an_open_run_names_what_is_open(threadfast: Threadfast) -> None:
    chat = threadfast.run("chat", "--say", "plan a trip")

    shown = threadfast.run("runs", thread_in(chat.stderr)).stdout.splitlines()

    assert shown[2].endswith(", not ended")
    assert shown[-1].split()[:3] == ["human", "open", "started"]


def test_version_is_shown(threadfast: Threadfast) -> None:
    assert threadfast.run("--version").stdout.startswith("threadfast 0.")
