"""AutoGen's IOStream inside a run: its events become turns, its synchronous input a durable question."""

from __future__ import annotations

from typing import Any

from autogen import ConversableAgent
from autogen.io.base import IOStream

from agents.content import text_of
from agents.durable.questions import Question
from agents.durable.run import DurableRun
from agents.durable.seams.method import original
from agents.durable.signals import PATH
from agents.durable.turns import depth
from bot.domain import RequestKind

SPOKEN = frozenset({"text", "tool_call", "function_call", "tool_response", "function_response"})
"""Types of the events that AutoGen emits when an agent receives a message."""
_WORDS = frozenset({"content", "name", "role"})
_RESULTS = frozenset({"tool", "function"})


class DurableStream:
    """The IOStream of one run (autogen.io.base.IOStreamProtocol)."""

    def __init__(self, run: DurableRun) -> None:
        self._run = run
        self._choices: tuple[str, ...] = ()

    def print(self, *objects: Any, sep: str = " ", end: str = "\n", flush: bool = False) -> None:
        """Print nothing: what people see are turns."""

    def send(self, message: Any) -> None:
        """Take one of AutoGen's events."""
        kind, content = message.type, message.content
        if kind in SPOKEN:
            self.take(content.sender, text_of(content.content))
        elif kind == "select_speaker":
            self._choices = tuple(getattr(agent, "name", str(agent)) for agent in content.agents or ())
        elif kind == "termination" and depth(PATH.get()) <= 1:
            self._run.stop_reason = content.termination_reason

    def take(self, agent: str, text: str) -> None:
        """Take what an agent said."""
        self._run.turns.said(agent, text)

    def input(self, prompt: str = "", *, password: bool = False) -> str:
        """Ask the person where AutoGen cannot await: the manual choice of the next speaker."""
        kind = RequestKind.CHOICE if self._choices else RequestKind.TEXT
        question = Question(kind=kind, agent="", prompt=prompt, choices=self._choices)
        return self._run.questions.ask_now(question).text


def _print_received_message(self: Any, message: Any, sender: Any, skip_head: bool = False) -> None:
    """Take plain words as they are: AutoGen makes, checks and numbers an event that could print itself."""
    stream, words = IOStream.get_default(), _plain_words(message)
    if words is not None and type(stream) is DurableStream:
        stream.take(sender.name, words)
    else:
        original(ConversableAgent, "_print_received_message")(self, message, sender, skip_head)


def _plain_words(message: Any) -> str | None:
    """Return the text of a message that is nothing else."""
    if type(message) is dict and message.keys() <= _WORDS and message.get("role") not in _RESULTS:
        message = message.get("content")
    return message if type(message) is str else None
