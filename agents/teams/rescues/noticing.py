"""What of an answer only the chat will mend: code by its content, the end by its word. Named when the answer is made.

A chat's end and its code are pure functions of the history, which leave nothing in the journal; this does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.content import text_of
from agents.labels import Reading
from agents.models.port import ModelAnswer, ModelCall
from agents.teams.ending import SUCCEEDED, Rules, plainly_ends


@dataclass(frozen=True, kw_only=True)
class Noticing:
    """Looks at each answer of a team's models; see `client.Noticed`."""

    rules: Rules
    runs_code: bool = False
    """Whether anybody of the team runs code."""
    reading: Reading = field(default=Reading.CONTENT)

    def __call__(self, answer: ModelAnswer, call: ModelCall) -> Sequence[str]:
        """Return the names of the rescues that this answer needs."""
        if answer.tool_calls:
            return ()
        code = self._code(answer.content, self.reading)
        found = []
        if self.runs_code and code != self._code(answer.content, Reading.LABELS):
            found.append("code_labels")
        if self.rules.rescues.end_word and not code and self._ends_otherwise(answer.content, call):
            found.append("end_word")
        return found

    def _code(self, text: str, reading: Reading) -> list[tuple[str, str]]:
        if not self.runs_code:
            return []
        # Here and not above: it imports the agent library, which takes seconds; by now that is done.
        from agents.fences import code_blocks  # noqa: PLC0415

        return [(block.language, block.code.strip()) for block in code_blocks(text, reading)]

    def _ends_otherwise(self, text: str, call: ModelCall) -> bool:
        if plainly_ends(text, self.rules.word):
            return False
        before = text_of(call.messages[-1].get("content")) if call.messages else ""
        concludes = before.startswith(SUCCEEDED) and not text.rstrip().endswith(("?", "？"))
        return self.rules.says_end(text) or (self.runs_code and concludes)
