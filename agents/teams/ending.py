"""When a chat of a team is over: the team's word, or a chat that only goes round."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.content import text_of
from agents.teams.definition import Rescues, Team
from agents.teams.pin import RESCUED
from agents.teams.rescues.endings import says_end
from agents.teams.rescues.former import said_end, went_round
from agents.teams.rescues.repeats import Loop, Said, loop_of

Message = Mapping[str, Any]
Histories = Callable[[], Sequence[Sequence[Message]]]
Tell = Callable[..., None]
"""`agents.durable.notice`: shows a sentence of the catalogue in the thread."""

SUCCEEDED = "exitcode: 0 "
"""How AutoGen's report of a code run begins when it succeeded."""

RECENT = 24
"""How many of the last messages tell whether a chat goes round; looking at all would make n turns cost n squared."""

SENTENCES = {
    "empty": "stopped_empty",
    "courtesy": "stopped_courtesy",
    "repeats": "stopped_repeats",
    "echo": "stopped_echo",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a team says about when its chats are over."""

    word: str
    """The team's termination word."""
    fixed: Collection[str] = ()
    """Texts that are said again by design."""
    people: Collection[str] = ()
    """Names whose words never count as going round."""
    rescues: Rescues = field(default_factory=Rescues)
    former: bool = False
    """Whether the run began under pinned format 4 or before, and goes on as it did."""

    def says_end(self, text: str) -> bool:
        """Return whether a text says that the chat is over."""
        if not self.rescues.end_word:
            return plainly_ends(text, self.word)
        return said_end(text, self.word) if self.former else says_end(text, self.word)

    def loop_of(self, history: Sequence[Said]) -> Loop:
        """Return why a chat goes round, or an empty string."""
        return went_round(history, self.fixed) if self.former else loop_of(history, self.fixed)


def rules_of(team: Team, pinned_format: int) -> Rules:
    """Return what a team says, as a run of this pinned format takes it."""
    return Rules(
        word=team.termination,
        fixed=frozenset(agent.default_auto_reply for agent in team.agents.values() if agent.default_auto_reply),
        people=frozenset(name for name, agent in team.agents.items() if agent.human_input_mode == "ALWAYS"),
        rescues=team.rescues,
        former=pinned_format < RESCUED,
    )


class Ending:
    """An agent's `is_termination_msg`: a pure function of the message and of what was said before.

    Args:
        rules: What the team says.
        tell: Shows why a chat that goes round was ended.
        has_code: Whether this agent would run code of the message; then it does so before the chat may end.
        loops: Whether going round ends the chat; not where a person is asked each time anyway.
        mute: Whether this agent has nothing to reply with but the output of code.
        runner: This agent's name when it runs code: an answer without code, after a run that succeeded, ends the chat
            even when the word is missing, unless the answer asks something.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        tell: Tell,
        has_code: Callable[[str], bool] = lambda _: False,
        loops: bool = True,
        mute: bool = False,
        runner: str = "",
    ) -> None:
        self._rules = rules
        self._tell = tell
        self._has_code = has_code
        self._loops = loops
        self._mute = mute
        self._runner = runner
        self._told = False
        self.histories: Histories = list
        """The last RECENT messages of its agent's conversations; set when the agent exists."""

    def __call__(self, message: Message) -> bool:
        """Return whether this message ends the chat."""
        if message.get("tool_calls") or message.get("tool_responses") or message.get("function_call"):
            return self._goes_round(message)
        text = text_of(message.get("content"))
        code = self._has_code(text)
        if self._rules.says_end(text) and not code:
            return True
        if code or not self._loops:
            return self._goes_round(message)
        return self._mute or self._concludes(message, text) or self._goes_round(message)

    def _concludes(self, message: Message, text: str) -> bool:
        if not self._rules.rescues.end_word:
            return False
        before = [_said(said) for said in self._history_of(message)[-2:-1]]
        succeeded = bool(before) and before[0].speaker == self._runner and before[0].text.startswith(SUCCEEDED)
        return succeeded and bool(text.strip()) and not text.rstrip().endswith(("?", "？"))

    def _goes_round(self, message: Message) -> bool:
        if not self._loops or not self._rules.rescues.loops:
            return False
        messages = self._history_of(message)
        if any(_said(said).speaker in self._rules.people for said in messages[-4:]):
            return False
        history = [_said(said) for said in messages]
        loop = self._rules.loop_of(history)
        if loop and not self._told:
            self._told = True
            self._tell(SENTENCES[loop], rescue="loops", agent=history[-1].speaker)
        return bool(loop)

    def _history_of(self, message: Message) -> Sequence[Message]:
        for history in self.histories():
            if history and (history[-1] is message or history[-1].get("content") == message.get("content")):
                return history
        return [message]


def plainly_ends(text: str, word: str) -> bool:
    """Return whether a text ends with the word as the team writes it."""
    return text.rstrip().endswith(word)


def _said(message: Message) -> Said:
    """Return who said what; a tool call counts by what it calls."""
    calls = [call.get("function", {}) for call in message.get("tool_calls") or []]
    called = " ".join(f"{call.get('name')}({call.get('arguments')})" for call in calls)
    text = text_of(message.get("content")) or called or ("(tools)" if message.get("tool_responses") else "")
    return Said(str(message.get("name") or message.get("role") or ""), f"{text} {called}" if called else text)
