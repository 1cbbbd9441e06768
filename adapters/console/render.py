"""What the terminal shows of a post: plain lines, and the same with colour for a terminal. Pure.

In plain lines a turn is `agent: text`. The lines of a text that has several stay as the agent wrote them, so that a
program can be copied out; control characters are shown by number, so that a text cannot steer the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text

from adapters.chat.content.facts import SHOWN_DIGEST, box, covers, mixed, who_decides
from adapters.console.words import has_numbers
from adapters.text import harmless, visible
from bot.domain import InputRequest, RequestKind, TeamSummary, ThreadRef, Turn, TurnKind
from bot.texts import say

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")
_LISTED = 1_000
"""Characters of a list of names."""
_TAB, _MARGIN = 8, 2
"""Cells to a tab's stop in a terminal, and those before each row of exact text."""
_FENCED = re.compile(r"^```([\w+-]*)[^\n]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


def speaker(turn: Turn, language: str) -> str:
    """Return the agent's name, with the label of the demo model where that spoke."""
    name = harmless(turn.agent)
    return f"{name} ({say('demo_model', language)})" if turn.demo else name


def done(turn: Turn, language: str) -> str:
    """Return what a turn did, for a tool call or a code run; empty for words."""
    if turn.kind is TurnKind.CODE:
        text_id = "console_ran" if turn.ok else "console_ran_failed"
        return say(text_id, language, title=harmless(turn.title)).strip()
    if turn.kind is TurnKind.TOOL:
        text_id = "console_called" if turn.ok else "console_called_failed"
        return say(text_id, language, title=harmless(turn.title), source=harmless(turn.source))
    return ""


def footnotes(turn: Turn, language: str) -> list[str]:
    """Return a line for an answer that was cut off, for each file, and for turns that are folded behind its text."""
    lines = [say("console_cut", language)] if turn.cut else []
    lines += [say("console_file", language, name=visible(file.name), size=len(file.data)) for file in turn.files]
    if turn.folded and turn.text:
        lines.append(say("console_folded", language, count=len(turn.folded)))
    return lines


def has_files(turn: Turn) -> bool:
    """Whether a turn, or one that is folded behind it, shows a file."""
    return bool(turn.files) or any(has_files(inner) for inner in turn.folded)


def plain_turn(turn: Turn, language: str, *, unfolded: bool = False) -> str:
    """Return a turn as plain lines, without a line end; `unfolded` shows the turns of nested chats before it."""
    inner = [plain_turn(each, language, unfolded=unfolded) for each in turn.folded]
    if inner and not turn.text:
        return "\n".join(inner)
    if inner and unfolded:
        return "\n".join([*inner, plain_turn(replace(turn, folded=()), language)])
    parts = [part for part in (done(turn, language), harmless(turn.text).rstrip("\n")) if part]
    return "\n".join([f"{speaker(turn, language)}: " + "\n".join(parts), *footnotes(turn, language)])


def plain_card(request: InputRequest, language: str) -> list[str]:
    """Return what a question shows above its own line: options, or exactly what would run."""
    if request.kind is RequestKind.CHOICE:
        return [f"{number}. {harmless(choice)}" for number, choice in enumerate(request.choices, 1)]
    lines = []
    for number, item in enumerate(request.items, 1):
        lines.append(_title(request, number, language))
        lines += [f"| {line}" for line in visible(item.content).split("\n")]
    return [*lines, *facts_of(request, language)]


def facts_of(request: InputRequest, language: str) -> list[str]:
    """Return what is to be known besides the bytes that would run: remarks, the box, and who decides on a platform."""
    facts = [covers(item, language) for item in request.items]
    facts += [mixed(item.content, _LISTED, language) for item in request.items]
    facts += [box(item, language, _LISTED) for item in request.items]
    if ThreadRef.parse(request.conversation).adapter != "console":
        facts.append(who_decides(request, language, _LISTED))
    return [line for line in dict.fromkeys(facts) if line]


def one_line(text: str) -> str:
    """Return a text on a single line."""
    return " ".join(harmless(text).split())


def _title(request: InputRequest, number: int, language: str) -> str:
    item = request.items[number - 1]
    title = say(f"console_item_{'code' if item.kind == 'code' else 'tool'}", language, title=visible(item.title))
    verdict = request.decided[number - 1] if number <= len(request.decided) else None
    decided = f" [{verdict.verdict.value}]" if verdict else ""
    return f"{number}. {title} (sha256 {item.sha256[:SHOWN_DIGEST]}){decided}"


class Card:
    """Exact text in a terminal: every character is there, a line that does not fit goes on in the next."""

    def __init__(self, content: str) -> None:
        self._lines = visible(content).split("\n")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(4, options.max_width - _MARGIN)
        for line in self._lines:
            for number, row in enumerate(_rows(line, width)):
                yield Segment("┆ " if number else "│ ", Style(dim=True))
                yield Segment(row)
                yield Segment.line()


def _rows(line: str, width: int) -> list[str]:
    """Fold a line, after a space where there is one: the rows, joined, are the line, its tabs and last spaces too."""
    rows, row, taken = list[str](), "", 0
    for char in line:
        if row and taken + _cells(char, taken) > width:
            cut = _cut(row)
            rows.append(row[:cut])
            row, taken = row[cut:], cell_len(row[cut:])
        taken += _cells(char, taken)
        row += char
    return [*rows, row]


def _cells(char: str, taken: int) -> int:
    return _TAB - (taken + _MARGIN) % _TAB if char == "\t" else cell_len(char)


def _cut(row: str) -> int:
    """Return where a full row is best parted: after its last space, unless that is far away or a tab stands there."""
    at = row.rfind(" ") + 1
    return at if at > len(row) // 2 and "\t" not in row[at:] else len(row)


def colour_of(agent: str) -> str:
    """Return an agent's colour: the same for the same name."""
    return COLOURS[sum(agent.encode("utf-8", "replace")) % len(COLOURS)]


def rich_turn(turn: Turn, language: str) -> RenderableType:
    """Return a turn for a terminal: the agent's name, what it did, its words."""
    if turn.folded and not turn.text:
        return Group(*(rich_turn(inner, language) for inner in turn.folded))
    parts: list[RenderableType] = [Text(speaker(turn, language), style=f"bold {colour_of(turn.agent)}")]
    if did := done(turn, language):
        parts.append(Text(did, style="" if turn.ok else "red", overflow="fold"))
    if turn.kind in (TurnKind.CODE, TurnKind.TOOL):
        parts.append(Text(harmless(turn.text).rstrip("\n"), style="dim", overflow="fold"))
    else:
        parts += _body(harmless(turn.text).strip("\n"))
    parts += [Text(line, style="dim") for line in footnotes(turn, language)]
    return Group(*parts, Text(""))


def rich_card(request: InputRequest, question: str, language: str) -> RenderableType:
    """Return a question for a terminal, with numbered choices where numbers decide."""
    parts: list[RenderableType] = []
    if request.kind is RequestKind.CHOICE:
        parts += [Text(line) for line in plain_card(request, language)]
    for number, item in enumerate(request.items, 1):
        parts += [Text(_title(request, number, language), style="bold yellow"), Card(item.content)]
    parts += [Text(line, style="dim", overflow="fold") for line in facts_of(request, language)]
    parts.append(Text(harmless(question), style="bold"))
    if has_numbers(request):
        parts += [Text(f"  {n}  {say(f'console_choice_{n}', language)}") for n in (1, 2, 3)]
    return Group(*parts)


def rich_note(text: str, *, wrong: bool = False) -> RenderableType:
    """Return the bot's own words for a terminal."""
    return Text(harmless(text), style="red" if wrong else "dim", overflow="fold")


def team_lines(teams: Sequence[TeamSummary]) -> list[str]:
    """Return a line for each team."""
    return [f"{team.name}: {team.description} ({', '.join(team.agents)})" for team in teams]


def preview_lines(agent: str, text: str, *, width: int, rows: int) -> list[str]:
    """Return the last rows of what an agent is saying, cut to the window."""
    cut = [row for line in harmless(text).expandtabs(4).split("\n") for row in chop_cells(line, width) or [""]]
    shown = cut[-max(0, rows - 1) :] if rows > 1 else []
    return [chop_cells(f"{harmless(agent)} …", width)[0], *shown]


def _body(text: str) -> Iterator[RenderableType]:
    """Yield prose as it is and fenced programs with their colours."""
    at = 0
    for found in _FENCED.finditer(text):
        if before := text[at : found.start()].strip("\n"):
            yield Text(before, overflow="fold")
        code = found[2].rstrip("\n")
        yield Syntax(code, found[1] or "text", word_wrap=True, theme="ansi_dark", background_color="default")
        at = found.end()
    if rest := text[at:].strip("\n"):
        yield Text(rest, overflow="fold")
