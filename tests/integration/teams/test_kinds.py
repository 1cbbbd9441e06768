from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain import Attachment
from tests.integration.teams.harness import Teams
from tests.model_server import ModelServer, Scripts


def select(messages: list[dict[str, Any]]) -> str:
    said = str(messages)
    return "The person." if "too slow" in said else "I would say: Critic" if "a plan" in said else "planner"


SCRIPTS: Scripts = {
    "group": {
        "_selector": select,
        "planner": ["planner: a plan"],
        "critic": ["too slow", "better", "TERMINATE"],
    },
    "lost": {"_selector": ["whoever"], "planner": ["a plan"], "critic": ["too slow"]},
    "desk": {
        "triage": [{"content": "", "tool_calls": [("transfer_to_tech_1", {})]}, "Anything else?"],
        "tech": ["Switch it off and on.", "I see."],
    },
    "sums": {
        "clerk": ['```json\n{"name": "calculate", "arguments": {"expression": "6*7"}}\n```', "It is 42. TERMINATE"],
    },
    "writer": {"writer": ["a draft", "a final text"], "editor": ["shorter please"]},
    "chain": {"first": ["facts"], "second": ["a text of it"]},
    "loop": {"talker": ["the same"], "thanks": ["Thank you!"], "empty": ["fine"]},
}

GROUP = """
name: group
kind: group_chat
model: MODEL
max_rounds: 6
EXTRA
agents:
  person: {human: true}
  planner: {instructions: "[[agent:planner]]", description: plans}
  critic: {instructions: "[[agent:critic]]", description: criticises}
"""

DESK = """
name: desk
kind: pattern
model: desk
max_rounds: 8
context: {tries: 0}
agents:
  person: {human: true}
  triage:
    instructions: "[[agent:triage]]"
    handoffs: [{to: tech, when: a technical question}, {to: user, if: "${tries} > 3"}]
    after_work: user
  tech: {instructions: "[[agent:tech]]", after_work: user}
"""

PAIR = """
name: pair
kind: two_agent
model: MODEL
agents:
  AGENT: {instructions: "[[agent:AGENT]]"}
  proxy: {human: true, human_input_mode: NEVER, EXTRA}
"""


def group(model: str = "group", extra: str = "") -> str:
    return GROUP.replace("MODEL", model).replace("EXTRA", extra)


def pair(model: str, agent: str, extra: str = "default_auto_reply: ''") -> str:
    return PAIR.replace("MODEL", model).replace("AGENT", agent).replace("EXTRA", extra)


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(SCRIPTS) as running:
        yield running


@pytest.fixture
def teams(tmp_path: Path, server: ModelServer) -> Teams:
    return Teams(tmp_path, server.base_url)


def messages_of(server: ModelServer, at: int) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = server.chats[at].body["messages"]
    return messages


async def test_group_chooses_speakers_automatically_whatever_the_case(teams: Teams) -> None:
    talk = await teams.talk(teams.write(group()), "a trip")

    assert talk.said == [("planner", "a plan"), ("critic", "too slow")]
    assert talk.asked == ["person"]
    assert talk.notices == []


async def test_selection_that_names_nobody_goes_on_in_turn_and_says_so(teams: Teams) -> None:
    talk = await teams.talk(teams.write(group("lost")), "a trip")

    assert talk.said[:2] == [("planner", "a plan"), ("critic", "too slow")]
    assert talk.notices[0] == "No agent was named as the next speaker; planner goes next, in turn."


async def test_small_model_reads_who_said_what_in_a_group(teams: Teams, server: ModelServer) -> None:
    await teams.talk(
        teams.write(group("lost", "speaker_selection: round_robin\nallow_repeat_speaker: false")), "a trip"
    )

    asked_of_critic = messages_of(server, 1)
    assert [message["role"] for message in asked_of_critic] == ["system", "user"]
    assert asked_of_critic[1]["content"] == "person: a trip\n\nplanner: a plan"


async def test_human_alternates_with_the_agents_when_the_team_says_so(teams: Teams) -> None:
    talk = await teams.talk(
        teams.write(group("lost", "speaker_selection: custom:alternate_human")), "a trip", "cheaper", "yes"
    )

    assert [agent for agent, _ in talk.said] == ["planner", "critic", "planner"]
    assert talk.asked == ["person"] * 2


async def test_whoever_is_mentioned_speaks_next(teams: Teams) -> None:
    talk = await teams.talk(teams.write(group("lost", "speaker_selection: custom:mention")), "@critic what do you say?")

    assert talk.said[0] == ("critic", "too slow")


async def test_group_that_goes_round_is_stopped_with_the_reason(teams: Teams) -> None:
    team = group("lost", "speaker_selection: round_robin").replace("max_rounds: 6", "max_rounds: 40")
    team = team.replace("{human: true}", "{human: true, human_input_mode: NEVER, default_auto_reply: go on}")

    talk = await teams.talk(teams.write(team), "a trip")

    assert not talk.outcome.waiting
    assert len(talk.notices) == 1
    assert talk.notices[0].endswith("repeated itself, so the chat was ended.")


async def test_pattern_hands_off_by_the_models_choice_and_comes_back_to_the_person(teams: Teams) -> None:
    talk = await teams.talk(teams.write(DESK), "My laptop is broken", "exit")

    assert ("tech", "Switch it off and on.") in talk.said
    assert talk.asked == ["person"]
    assert not talk.outcome.waiting


async def test_tool_call_in_the_text_is_carried_out_and_its_result_answered(teams: Teams, server: ModelServer) -> None:
    team = pair("sums", "clerk").replace('"[[agent:clerk]]"', '"[[agent:clerk]]", tools: [calculate]')

    talk = await teams.talk(teams.write(team), "6*7?")

    assert messages_of(server, 1)[-1]["content"] == "42"
    assert talk.said[-1] == ("clerk", "It is 42. TERMINATE")


async def test_tool_call_waits_for_approval_when_the_team_says_so(teams: Teams, server: ModelServer) -> None:
    team = pair("sums", "clerk").replace('"[[agent:clerk]]"', '"[[agent:clerk]]", tools: [calculate]')

    talk = await teams.talk(teams.write(team + "approve_tools: ['*']\n"), "6*7?", "reject no sums today")

    assert talk.journal.requests.popitem()[1].items[0].title == "calculate"
    assert "no sums today" in messages_of(server, 1)[-1]["content"]


NESTED = """
name: nested
kind: two_agent
model: writer
max_turns: 2
agents:
  person: {human: true, human_input_mode: NEVER}
  writer:
    instructions: "[[agent:writer]]"
    nested:
      chats:
        - {recipient: editor, message: "What of this: go", max_turns: 1}
        - {recipient: editor, max_turns: 1, summary_method: last_msg}
  editor: {instructions: "[[agent:editor]]"}
"""


@pytest.mark.filterwarnings("ignore:Repetitive recipients")
async def test_nested_chats_are_held_before_the_answer(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(NESTED), "write")

    assert talk.outcome.summary == "shorter please"
    assert messages_of(server, 0)[-1]["content"] == "What of this: go"
    assert "Context: \nshorter please" in messages_of(server, 1)[-1]["content"]


CHAIN = """
name: chain
kind: sequential
model: chain
agents:
  person: {human: true, human_input_mode: NEVER}
  first: {instructions: "[[agent:first]]"}
  second: {instructions: "[[agent:second]]"}
chats:
  - {recipient: first, max_turns: 1}
  - {recipient: second, message: write it up, max_turns: 1}
  - {recipient: second, message: alone, max_turns: 1, carryover: false}
"""


@pytest.mark.filterwarnings("ignore:Repetitive recipients")
async def test_sequential_chats_hand_their_summaries_on(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(CHAIN), "Harbin")

    assert [messages_of(server, at)[-1]["content"] for at in range(3)] == [
        "Harbin",
        "write it up\nContext: \nfacts",
        "alone",
    ]
    assert talk.outcome.summary == "a text of it"


async def test_agent_that_repeats_itself_is_stopped_with_the_reason(teams: Teams) -> None:
    talk = await teams.talk(teams.write(pair("loop", "talker", "default_auto_reply: and then")), "talk")

    assert [text for agent, text in talk.said if agent == "talker"] == ["the same"] * 2
    assert talk.notices == ["proxy repeated itself, so the chat was ended."]


async def test_endless_thanks_are_stopped_with_the_reason(teams: Teams) -> None:
    talk = await teams.talk(teams.write(pair("loop", "thanks", "default_auto_reply: 'Bye.'")), "talk")

    assert len(talk.said) <= 2
    assert talk.notices == ["Only courtesies were exchanged any more, so the chat was ended."]


async def test_proxy_with_nothing_to_say_ends_the_chat_instead_of_sending_empty_messages(
    teams: Teams, server: ModelServer
) -> None:
    talk = await teams.talk(teams.write(pair("loop", "empty")), "talk")

    assert not talk.outcome.waiting
    assert talk.said == [("empty", "fine")]
    assert len(server.chats) == 1


HISTORY = (
    {"name": "Ada", "role": "user", "content": "a trip"},
    {"name": "planner", "role": "assistant", "content": "five days"},
    {"name": "guide", "role": "assistant", "content": "go by train"},
)


async def test_two_agents_are_told_the_history_as_what_both_sides_said(teams: Teams, server: ModelServer) -> None:
    await teams.talk(teams.write(pair("loop", "empty")), "cheaper", history=HISTORY[:2])

    assert [(said["role"], said["content"]) for said in messages_of(server, 0)[1:]] == [
        ("user", "a trip"),
        ("assistant", "five days"),
        ("user", "cheaper"),
    ]


@pytest.mark.parametrize("kind", ["group", "pattern"])
async def test_group_is_told_the_history_as_its_own_messages(teams: Teams, server: ModelServer, kind: str) -> None:
    team = group("lost", "speaker_selection: round_robin")
    if kind == "pattern":
        team = team.replace("group_chat", "pattern").replace("speaker_selection: ", "pattern: ")

    await teams.talk(teams.write(team), "cheaper", history=HISTORY)

    assert [(said["role"], said["content"]) for said in messages_of(server, 0)[1:]] == [
        ("user", "a trip"),
        ("assistant", "five days"),
        ("user", "guide said:\ngo by train\n\ncheaper"),
    ]


@pytest.mark.filterwarnings("ignore:Repetitive recipients")
async def test_sequence_is_told_the_history_as_carry_over_of_its_first_chat(teams: Teams, server: ModelServer) -> None:
    await teams.talk(teams.write(CHAIN), "cheaper", history=HISTORY[:2])

    assert messages_of(server, 0)[-1]["content"] == "cheaper\nContext: \nAda: a trip\n\nplanner: five days"


PNG = Attachment(name="map.png", media_type="image/png", data=b"\x89PNG")
NOTES = Attachment(name="notes.md", media_type="text/markdown", data="```python\n买\n```".encode())


async def test_image_is_named_where_the_models_see_none_and_text_is_quoted(teams: Teams, server: ModelServer) -> None:
    await teams.talk(teams.write(pair("loop", "empty")), "look", files=[PNG, NOTES])

    assert messages_of(server, 0)[-1]["content"] == (
        "look\n\nFile map.png (image/png, 4 bytes) is attached; its content is not shown here: "
        "this team is not set up to see images.\n\n"
        "File notes.md:\n> ```python\n> 买\n> ```"
    )


@pytest.mark.parametrize("kind", ["two_agent", "pattern"])
async def test_image_is_sent_where_the_models_see_it(teams: Teams, server: ModelServer, kind: str) -> None:
    team = pair("loop", "empty").replace("two_agent", kind) + "images: true\n"

    await teams.talk(teams.write(team), "look", files=[PNG])

    text, image = messages_of(server, 0)[-1]["content"]
    assert text == {"type": "text", "text": "look"}
    assert image["image_url"]["url"] == "data:image/png;base64," + base64.b64encode(b"\x89PNG").decode()


async def test_code_finds_the_attached_file_in_its_folder(teams: Teams, server: ModelServer) -> None:
    async with ModelServer({"code": {"_any": ["```python\nprint(open('notes.md').read())\n```", "TERMINATE"]}}) as own:
        talk = await Teams(teams.folder, own.base_url).talk("coder", "read it", files=[NOTES])

    assert "买" in talk.said[1][1]
