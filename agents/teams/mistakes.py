"""Everything that is wrong with a team file, for the person who mends it; a run is told the first mistake only."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from agents.teams.definition import Team
from agents.teams.meaning import problems, references
from agents.teams.source import Path_, Source, read
from agents.teams.validate import Problem, meant, model_problems, schema_problems
from bot.errors import TeamFileError

STAND_INS = {"name": "unnamed", "kind": "two_agent"}
"""In place of a word that is wrong, so that the rest can be looked at."""

NEEDS = {"if": "context", "approve_tools": "tools"}
"""Keys whose mistakes may only come from another key that is wrong itself."""


def mistakes_in(path: Path) -> list[TeamFileError]:
    """Return what is wrong with a file, in its order; a file that is no YAML mapping has one mistake.

    What the schema allows nowhere hides what the rest means only in part: names that do not exist are found beside it.
    """
    try:
        source = read(path)
    except TeamFileError as error:
        return [error]
    return sorted(_errors(source), key=lambda error: error.line or 0)


def _errors(source: Source) -> Iterable[TeamFileError]:
    rest = copy.deepcopy(source.values)
    wrong = _taken_out(rest, schema_problems(rest))
    wrong += _taken_out(rest, [problem for problem in model_problems(rest) if _stands(rest, problem[0])])
    # What lacks a key only because that was taken out goes as well.
    _taken_out(rest, [(path[:-1], words) for path, words in model_problems(rest)])
    found = [*wrong, *_beside(rest, wrong)] if wrong else problems(Team.model_validate(rest))
    return [source.error(words, path) for path, words in dict.fromkeys(found)]


def _beside(rest: Any, wrong: Sequence[Problem]) -> list[Problem]:
    """Return the names that do not exist, in what is left of a file without its mistakes."""
    if model_problems(rest):
        return []
    doubtful = {meant(part) for path, _ in wrong for part in path if isinstance(part, str)}
    return [(path, words) for path, words in references(Team.model_validate(rest)) if not _follows(path, doubtful)]


def _taken_out(values: Any, wrong: list[Problem]) -> list[Problem]:
    for path, _ in wrong:
        _take_out(values, path)
    return wrong


def _stands(values: Any, path: Path_) -> bool:
    for part in path:
        if isinstance(values, dict) and part not in values:
            return False
        values = values[part]
    return True


def _take_out(values: Any, path: Path_) -> None:
    """Leave out a mistake, with the whole list that holds it: the places of the list's other items would move."""
    words = [str(part) for part in takewhile(lambda part: isinstance(part, str), path)]
    for part in words[:-1]:
        values = values.get(part, {})
    match words:
        case ["agents", name]:
            values[name] = {}
        case ["name" | "kind" as word]:
            values[word] = STAND_INS[word]
        case [*_, word]:
            values.pop(word, None)


def _follows(path: Path_, doubtful: set[str]) -> bool:
    return any(NEEDS.get(str(part)) in doubtful for part in path)
