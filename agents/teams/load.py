"""Finds teams and loads them: the packaged presets, and the folders that the settings name.

A file overrides a preset of the same name. Nothing here imports the agent library.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from agents.teams.definition import Agent, Localized, Nested, Team
from agents.teams.meaning import asked_unsaid, humans, outer, problems
from agents.teams.source import read
from agents.teams.validate import validate
from bot.domain import TeamSummary
from bot.errors import TeamFileError, UnknownTeamError

SUFFIXES = (".yaml", ".yml")
PRESET = "preset"
INSTRUCTIONS = "You are a helpful assistant."
"""Of an agent whose file gives none."""


def check_file(path: Path, language: str = "en") -> TeamSummary:
    """Return the summary of one file's team.

    Raises:
        TeamFileError: What is wrong first, with file, line and key.
    """
    return summarize(load_file(path), str(path), language)


def hints_of(path: Path) -> list[str]:
    """Return what a good file does not say and its writer may want to know.

    Raises:
        TeamFileError: What is wrong first, with file, line and key.
    """
    asked = asked_unsaid(load_file(path))
    if not asked:
        return []
    return [
        f"note: a person approves each call of {', '.join(asked)}, for a package's tools run in the bot itself; "
        f"to say otherwise, write approve_tools: {{{asked[0]}: never}} or how often"
    ]


def list_teams(folders: Sequence[Path], language: str = "en") -> list[TeamSummary]:
    """Return every team on offer, by name; a wrong file is listed with what is wrong instead of its description."""
    presets = {path.stem for path in _files(_preset_folder())}
    found = {path.stem: _listed(path, PRESET, language) for path in _files(_preset_folder())}
    for folder in folders:
        for path in _files(folder):
            summary = _listed(path, str(path), language)
            source = f"{path} (instead of the preset)" if summary.name in presets else str(path)
            found[summary.name] = TeamSummary(
                name=summary.name,
                description=summary.description,
                kind=summary.kind,
                agents=summary.agents,
                source=source,
            )
    return sorted(found.values(), key=lambda summary: summary.name)


def models_used(folders: Sequence[Path]) -> dict[str, list[str]]:
    """Return the models that the teams on offer name, each with its teams; a team whose file is wrong names none."""
    used: dict[str, list[str]] = {}
    for summary in list_teams(folders):
        # Of two files for one name the one that cannot be used may win.
        with suppress(TeamFileError, UnknownTeamError):
            for model in sorted(_models(find(summary.name, folders))):
                used.setdefault(model, []).append(summary.name)
    return used


def _models(team: Team) -> set[str]:
    named = {agent.model for agent in team.agents.values() if agent.model is not None}
    chosen = team.speaker_selection if team.kind == "group_chat" else team.pattern if team.kind == "pattern" else ""
    # A model names the next speaker.
    return named | {team.model} if chosen == "auto" or "manager" in _targets(team) else named


def _targets(team: Team) -> set[str | None]:
    agents = team.agents.values()
    return {team.after_work, *(agent.after_work for agent in agents), *(to.to for one in agents for to in one.handoffs)}


def find(name: str, folders: Sequence[Path]) -> Team:
    """Return the team of this name, resolved; the last folder that has it wins over the presets.

    Raises:
        UnknownTeamError: No preset and no file has this name.
        TeamFileError: Its file is wrong.
    """
    broken: TeamFileError | None = None
    for path in _candidates(name, folders):
        try:
            team = load_file(path)
        except TeamFileError as error:
            broken = broken or (error if path.stem == name else None)
            continue
        if team.name == name and broken is None:
            return team
    if broken is not None:
        raise broken
    raise UnknownTeamError(name, [summary.name for summary in list_teams(folders)])


def load_file(path: Path) -> Team:
    """Load, check and resolve one file.

    Raises:
        TeamFileError: It cannot be used; the error names file, line and key.
    """
    try:
        known = path.stat()
    except OSError:
        return _loaded(path, ())  # reading it says why
    return _loaded(path, (known.st_dev, known.st_ino, known.st_mtime_ns, known.st_size))


@lru_cache(maxsize=256)
def _loaded(path: Path, _as_it_is: tuple[int, ...]) -> Team:
    """Load a file once as long as it stays what it was; a burst of new runs asks for the same team again and again."""
    source = read(path)
    team = _own_senders_unsaid(validate(source))
    found = [source.error(message, place) for place, message in problems(team)]
    if found:
        raise min(found, key=lambda error: error.line or 0)
    return resolve(team)


def _own_senders_unsaid(team: Team) -> Team:
    """Leave out the sender of nested chats where it is the agent that holds them, as most files do."""
    agents = {
        name: agent.model_copy(update={"nested": agent.nested and _without(agent.nested, name)})
        for name, agent in team.agents.items()
    }
    return team.model_copy(update={"agents": agents})


def _without(nested: Nested, own: str) -> Nested:
    chats = [chat.model_copy(update={"sender": None}) if chat.sender == own else chat for chat in nested.chats]
    return nested.model_copy(update={"chats": chats})


def resolve(team: Team) -> Team:
    """Fill in everything that a file may leave out, so that the team means the same for ever."""
    start = team.start or next(name for name in humans(team) if name in outer(team))
    others = [name for name in outer(team) if name != start]
    agents = {name: _resolved(agent, team) for name, agent in team.agents.items()}
    first = next((name for name in others if not team.agents[name].human), others[0] if others else None)
    chats = [chat.model_copy(update={"sender": chat.sender or start}) for chat in team.chats]
    return team.model_copy(
        update={"start": start, "recipient": team.recipient or first, "agents": agents, "chats": chats}
    )


def _resolved(agent: Agent, team: Team) -> Agent:
    mode = agent.human_input_mode or ("ALWAYS" if agent.human else "NEVER")
    model = agent.model or (None if agent.human else team.model)
    instructions = agent.instructions or ("" if agent.human else INSTRUCTIONS)
    return agent.model_copy(update={"human_input_mode": mode, "model": model, "instructions": instructions})


def summarize(team: Team, source: str, language: str) -> TeamSummary:
    """Return what a list of teams shows of one."""
    words = team.description
    if isinstance(words, Localized):
        words = words.zh if language == "zh" else words.en
    return TeamSummary(name=team.name, description=words, kind=team.kind, agents=tuple(team.agents), source=source)


def _listed(path: Path, source: str, language: str) -> TeamSummary:
    try:
        return summarize(load_file(path), source, language)
    except TeamFileError as error:
        return TeamSummary(name=path.stem, description=str(error), kind="", agents=(), source=source)


def _candidates(name: str, folders: Sequence[Path]) -> Iterator[Path]:
    """Yield the files in the order in which they win; a file named for the team comes first in its folder."""
    for folder in [*reversed(folders), _preset_folder()]:
        yield from sorted(_files(folder), key=lambda path: path.stem != name)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.is_file())


def _preset_folder() -> Path:
    with as_file(files("agents") / "presets") as folder:
        return folder
