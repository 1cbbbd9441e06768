"""Teams of models that get things wrong, and what was mended of it."""

from __future__ import annotations

from typing import Any

from bot.domain import TurnKind
from tests.integration.teams.harness import Talk
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


def rescued(talk: Talk) -> list[str]:
    """Return what the journal says was mended of the models' answers."""
    values = [effect.value for effect in talk.journal.effects.values() if effect.kind == "model"]
    return [name for value in values for name in value["rescues"] if name != "alternation"]


def words(server: ModelServer, at: int) -> list[str]:
    return [str(message["content"]) for message in server.chats[at].body["messages"]]


def results(talk: Talk) -> list[str]:
    return [turn.text for turn in talk.journal.turns.values() if turn.kind is TurnKind.TOOL]
