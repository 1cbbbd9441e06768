"""What small models get wrong, end to end: a team, a journal, and a model server asked over HTTP in both dialects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from agents.models.openai_compatible import OpenAICompatible
from bot.domain import TurnKind
from bot.errors import ModelFailedError
from tests.integration.teams.harness import Talk, Teams
from tests.model_server import ModelServer, Scripts

SUM = ("calculate", {"expression": "6*7"})
CODE = "```python\nprint(6*7)\n```"


def eager(messages: list[dict[str, Any]]) -> str:
    """Say the word at once where the instructions name it."""
    return "TERMINATE" if "TERMINATE" in str(messages[0]["content"]) else "It is 42."


def wrong_at_first(told: str) -> dict[str, Any]:
    """Call with a list at first, rightly when told that it is wrong, and answer with the result."""
    if told == "42":
        return {"content": "It is 42. TERMINATE"}
    wrong = ("calculate", {"expression": ["6*7", "1"]})
    return {"content": "", "tool_calls": [SUM if "was not made" in told else wrong]}


FIRST, SECOND = "The plan is to go there by train.", "Then the plan is to go there by bus."


def parrots(messages: list[dict[str, Any]]) -> str:
    """Say the same for ever, and yes to the question whether the task is done."""
    return "true" if "Is the task done" in str(messages[-1]["content"]) else FIRST


SCRIPTS: Scripts = {
    "sums": {"clerk": [{"content": "", "tool_calls": [SUM]}, "It is 42. TERMINATE"]},
    "wrong": {"clerk": lambda messages: wrong_at_first(str(messages[-1]["content"]))},
    "python": {"clerk": ['calculate(expression="6*7")', "It is 42. TERMINATE"]},
    "unknown": {"clerk": ['{"name": "multiply", "arguments": {"a": 6, "b": 7}}', "It is 42. TERMINATE"]},
    "coded": {"coder": ["Here:\n```sh\nprint(6*7)\n```", "The output is 42.\n\n**terminate.**"]},
    "early": {"clerk": eager},
    "unfenced": {"coder": ["print(6*7)", "TERMINATE"]},
    "unending": {"coder": [CODE, "The output is 42."]},
    "parrot": {"planner": [FIRST, SECOND], "critic": [FIRST, SECOND]},
    "same": {"planner": parrots, "critic": parrots},
    "thanks": {"clerk": ["Thank you!"]},
    "endless": {"clerk": ["It is 2" + " * 2" * 20_000]},
    "group": {
        "_selector": ["Next should be the critic, after the planner."],
        "planner": ["plan"],
        "critic": ["TERMINATE"],
    },
}

PAIR = """
name: pair
kind: two_agent
model: MODEL
agents:
  clerk: {instructions: "[[agent:clerk]]", tools: [calculate]}
  proxy: {human: true, human_input_mode: NEVER, default_auto_reply: PROXY}
EXTRA
"""
CODER = """
name: coding
kind: two_agent
model: MODEL
agents:
  coder: {instructions: "[[agent:coder]]"}
  proxy: {human: true, human_input_mode: NEVER, code: true}
EXTRA
"""
GROUP = """
name: group
kind: group_chat
model: group
max_rounds: 3
agents:
  person: {human: true, human_input_mode: NEVER}
  planner: {instructions: "[[agent:planner]]"}
  critic: {instructions: "[[agent:critic]]"}
EXTRA
"""


def pair(model: str, extra: str = "", proxy: str = "''") -> str:
    return PAIR.replace("MODEL", model).replace("EXTRA", extra).replace("PROXY", proxy)


def coder(model: str, extra: str = "") -> str:
    return CODER.replace("MODEL", model).replace("EXTRA", extra)


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(SCRIPTS) as running:
        yield running


@pytest.fixture(params=["openai", "ollama"])
def teams(tmp_path: Path, server: ModelServer, request: pytest.FixtureRequest) -> Teams:
    if request.param == "ollama":
        client = OllamaClient(OllamaHost(url=server.base_url.removesuffix("/v1")))
        return Teams(tmp_path, server.base_url, models=client)
    return Teams(tmp_path, server.base_url, models=OpenAICompatible(server.base_url))


def rescued(talk: Talk) -> list[str]:
    """Return what the journal says was mended of the models' answers."""
    values = [effect.value for effect in talk.journal.effects.values() if effect.kind == "model"]
    return [name for value in values for name in value["rescues"] if name != "alternation"]


def words(server: ModelServer, at: int) -> list[str]:
    return [str(message["content"]) for message in server.chats[at].body["messages"]]


def results(talk: Talk) -> list[str]:
    return [turn.text for turn in talk.journal.turns.values() if turn.kind is TurnKind.TOOL]


@pytest.mark.parametrize("fault", ["bare_tools", "fenced_tools"])
async def test_tool_call_in_the_text_is_made(teams: Teams, server: ModelServer, fault: str) -> None:
    server.fault(fault)

    talk = await teams.talk(teams.write(pair("sums")), "6*7?")

    assert (results(talk), talk.said[-1]) == (["42"], ("clerk", "It is 42. TERMINATE"))
    assert rescued(talk) == ["tool_calls"]
    assert talk.outcome.counts["rescued_tool_calls"] == 1


async def test_tool_call_that_is_no_json_is_asked_for_once_more(tmp_path: Path, server: ModelServer) -> None:
    # Ollama's own dialect has objects in this place.
    server.fault("malformed_tools")
    teams = Teams(tmp_path, server.base_url)

    talk = await teams.talk(teams.write(pair("sums")), "6*7?")

    assert rescued(talk) == ["tool_repair"]
    assert "'expression' is a required property" in words(server, 1)[-1]
    wanted = server.chats[1].body["response_format"]["json_schema"]["schema"]
    assert wanted["properties"]["name"] == {"type": "string", "enum": ["calculate"]}


async def test_tool_call_that_breaks_the_schema_is_asked_for_once_more(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(pair("wrong")), "6*7?")

    assert (results(talk), rescued(talk)) == (["42"], ["tool_repair"])
    assert "expression: ['6*7', '1'] is not of type 'string'" in words(server, 1)[-1]
    # The agents never see the wrong one.
    assert not any("['6*7', '1']" in text for text in words(server, 2))


async def test_tool_call_as_python_makes_it_is_made(teams: Teams) -> None:
    talk = await teams.talk(teams.write(pair("python")), "6*7?")

    assert (results(talk), rescued(talk)) == (["42"], ["tool_calls"])


async def test_unknown_tool_is_asked_for_again_with_the_list(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(pair("unknown")), "6*7?")

    # It may have been an answer: that stands where the second one holds no call.
    assert talk.said[0] == ("clerk", '{"name": "multiply", "arguments": {"a": 6, "b": 7}}')
    assert "There is no tool 'multiply'. The tools are: calculate." in words(server, 1)[-1]


async def test_tool_call_in_the_text_stays_text_where_the_team_wants_that(teams: Teams, server: ModelServer) -> None:
    server.fault("bare_tools")

    talk = await teams.talk(teams.write(pair("sums", "rescues: {tool_calls: false}\nmax_turns: 1")), "6*7?")

    assert (results(talk), rescued(talk)) == ([], [])
    assert talk.said[0][1].startswith('{"name": "calculate"')


@pytest.mark.parametrize("fault", ["empty", "thinking_only"])
async def test_empty_answer_is_asked_for_once_more(teams: Teams, server: ModelServer, fault: str) -> None:
    server.fault(fault)

    talk = await teams.talk(teams.write(pair("sums")), "6*7?")

    assert (results(talk), rescued(talk)) == (["42"], ["empty"])
    first, second = ({**each.body, **each.body.get("options", {})}.get("temperature") for each in server.chats[:2])
    assert first != second


async def test_second_empty_answer_fails_the_run(teams: Teams, server: ModelServer) -> None:
    server.fault("empty", once=False)

    with pytest.raises(ModelFailedError, match="answered twice without saying anything"):
        await teams.talk(teams.write(pair("sums")), "6*7?")

    assert len(server.chats) == 2


async def test_empty_answer_ends_the_chat_with_the_reason_where_it_is_not_asked_for_again(
    teams: Teams, server: ModelServer
) -> None:
    server.fault("empty", once=False)

    talk = await teams.talk(teams.write(pair("sums", "rescues: {empty: false}", "Go on.")), "6*7?")

    assert talk.notices == ["clerk said nothing any more, so the chat was ended."]
    assert len(server.chats) == 1


async def test_python_labelled_as_shell_is_run_and_a_bold_word_in_lower_case_ends_the_chat(teams: Teams) -> None:
    talk = await teams.talk(teams.write(coder("coded")), "6*7?")

    [ran] = [turn for turn in talk.journal.turns.values() if turn.kind is TurnKind.CODE]
    assert (ran.title, ran.text.strip(), ran.ok) == ("python", "42", True)
    assert rescued(talk) == ["code_labels", "end_word"]


async def test_missing_word_after_a_run_that_succeeded_ends_the_chat(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(coder("unending")), "6*7?")

    assert (len(server.chats), rescued(talk)) == (2, ["end_word"])


async def test_labels_and_the_very_word_count_alone_where_the_team_wants_that(teams: Teams) -> None:
    team = coder("coded", "rescues: {code_labels: false, end_word: false}\nmax_turns: 2")

    talk = await teams.talk(teams.write(team), "6*7?")

    [ran] = [turn for turn in talk.journal.turns.values() if turn.kind is TurnKind.CODE]
    assert (ran.title, ran.ok) == ("sh", False)
    assert rescued(talk) == []


async def test_answer_that_repeats_itself_without_end_is_stopped_at_the_server(
    teams: Teams, server: ModelServer
) -> None:
    talk = await teams.talk(teams.write(pair("endless", "max_turns: 1")), "2*2?")

    assert (talk.said, rescued(talk)) == ([("clerk", "It is 2 *")], ["endless"])
    assert talk.notices == ["An answer repeated itself without end; the repetitions were left out."]
    await server.until(lambda: server.log[-1].outcome == "disconnected")


@pytest.mark.parametrize(("pinned_format", "runs"), [(4, 0), (5, 1)])
async def test_run_that_began_before_goes_on_as_it_did(teams: Teams, pinned_format: int, runs: int) -> None:
    run = await teams.start(teams.write(coder("unfenced", "max_turns: 2")), "6*7?")
    team = {key: value for key, value in run.pinned["team"].items() if key != "rescues" or pinned_format > 4}
    begun = replace(run, pinned={**run.pinned, "format": pinned_format, "team": team})

    talk = await teams.go_on(begun, ())

    assert talk.outcome.counts.get("code", 0) == runs


async def test_endless_thanks_are_stopped_with_the_reason(teams: Teams) -> None:
    talk = await teams.talk(teams.write(pair("thanks", proxy="You are welcome.")), "6*7?")

    assert talk.notices == ["Only courtesies were exchanged any more, so the chat was ended."]
    assert talk.outcome.counts["rescued_loops"] == 1


async def test_agent_that_only_repeats_what_it_is_told_is_stopped_with_the_reason(teams: Teams) -> None:
    team = GROUP.replace("EXTRA", "speaker_selection: round_robin").replace("model: group", "model: parrot")
    team = team.replace("max_rounds: 3", "max_rounds: 20").replace("NEVER}", "NEVER, default_auto_reply: Go on.}")

    talk = await teams.talk(teams.write(team), "a trip")

    assert talk.notices == ["critic only repeated what it was told, so the chat was ended."]
    assert [text for _, text in talk.said if text != "Go on."] == [FIRST, FIRST, SECOND, SECOND]


def parrot_team(extra: str = "", mode: str = "NEVER, default_auto_reply: Go on.") -> str:
    team = GROUP.replace("EXTRA", f"speaker_selection: round_robin\n{extra}").replace("model: group", "model: same")
    return team.replace("max_rounds: 3", "max_rounds: 9").replace("NEVER", mode)


async def test_team_of_parrots_that_find_the_task_done_ends_with_the_word(teams: Teams, server: ModelServer) -> None:
    server.control.schemas = "obeyed"

    talk = await teams.talk(teams.write(parrot_team()), "a trip")

    assert (talk.said, talk.notices) == ([("planner", FIRST), ("critic", "TERMINATE")], [])
    assert (rescued(talk), len(server.chats)) == (["loops"], 3)


@pytest.mark.parametrize(
    "team", [parrot_team("rescues: {loops: false}"), parrot_team(mode="ALWAYS")], ids=["off", "attended"]
)
async def test_parrots_are_not_asked_where_the_team_or_a_person_sees_to_it(
    teams: Teams, server: ModelServer, team: str
) -> None:
    server.control.schemas = "obeyed"

    await teams.talk(teams.write(team), "a trip")

    assert len(server.chats) >= 2
    assert not any("Is the task done" in text for at in range(len(server.chats)) for text in words(server, at))


async def test_parrots_of_a_run_that_began_before_are_not_asked(teams: Teams, server: ModelServer) -> None:
    server.control.schemas = "obeyed"
    run = await teams.start(teams.write(parrot_team()), "a trip")

    await teams.go_on(replace(run, pinned={**run.pinned, "format": 4}), ())

    assert len(server.chats) >= 2
    assert not any("Is the task done" in text for at in range(len(server.chats)) for text in words(server, at))


async def test_parrots_of_a_server_that_cannot_confine_are_asked_once_and_stopped_with_the_reason(
    teams: Teams, server: ModelServer
) -> None:
    server.control.schemas = "refused"

    talk = await teams.talk(teams.write(parrot_team()), "a trip")

    assert len([chat for chat in server.chats if chat.outcome == "400"]) == 1
    assert [notice.partition(",")[2] for notice in talk.notices] == [" so the chat was ended."]


async def test_chat_that_goes_round_goes_on_where_the_team_wants_that(teams: Teams, server: ModelServer) -> None:
    team = pair("thanks", "rescues: {loops: false}\nmax_turns: 6", "You are welcome.")

    talk = await teams.talk(teams.write(team), "6*7?")

    assert (talk.notices, len(server.chats)) == ([], 6)


async def test_server_confines_the_selection_to_the_candidates(teams: Teams, server: ModelServer) -> None:
    server.control.schemas = "obeyed"

    talk = await teams.talk(teams.write(GROUP.replace("EXTRA", "")), "a trip")

    assert talk.said == [("planner", "plan")] * len(talk.said)
    assert set(rescued(talk)) == {"constrained_speakers"}


async def test_server_that_refuses_is_asked_without_and_remembered(teams: Teams, server: ModelServer) -> None:
    server.control.schemas = "refused"

    talk = await teams.talk(teams.write(GROUP.replace("EXTRA", "max_rounds: 3".replace("max_rounds: 3", ""))), "a trip")

    selections = [chat for chat in server.chats if chat.agent == "_selector"]
    refused = [chat for chat in selections if chat.outcome == "400"]
    assert len(refused) == 1 < len(selections)
    assert talk.said


async def test_server_that_ignores_the_schema_is_understood_in_words(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(GROUP.replace("EXTRA", "")), "a trip")

    assert "response_format" in server.chats[0].body or "format" in server.chats[0].body
    assert talk.said[0] == ("critic", "TERMINATE")
    assert "speakers" in rescued(talk)


async def test_selection_is_the_librarys_own_where_the_team_wants_that(teams: Teams, server: ModelServer) -> None:
    team = GROUP.replace("EXTRA", "rescues: {speakers: false, constrained_speakers: false, early_end: false}")

    talk = await teams.talk(teams.write(team), "a trip")

    assert not any("response_format" in chat.body or "format" in chat.body for chat in server.chats)
    assert rescued(talk) == []


async def test_person_without_a_word_of_its_own_is_not_chosen_right_after_it_spoke(
    teams: Teams, server: ModelServer
) -> None:
    server.control.schemas = "obeyed"

    await teams.talk(teams.write(GROUP.replace("EXTRA", "")), "a trip")

    body = server.chats[0].body
    schema = body.get("format") or body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["next_speaker"]["enum"] == ["planner", "critic"]


async def test_chat_that_would_end_before_it_has_begun_is_asked_for_again(teams: Teams, server: ModelServer) -> None:
    team = pair("early").replace('"[[agent:clerk]]"', '"[[agent:clerk]] Answer. Say TERMINATE in the end."')

    talk = await teams.talk(teams.write(team + "max_turns: 1"), "6*7?")

    assert (talk.said, rescued(talk)) == ([("clerk", "It is 42.")], ["early_end"])
    assert words(server, 1)[0] == "[[agent:clerk]] Answer."
