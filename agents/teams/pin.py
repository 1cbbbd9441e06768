"""What a run is started with, for ever: the resolved team, the versions it was started under, and its tools' hashes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from agents import tools
from agents.content import Readers, Sight
from agents.labels import Reading
from agents.teams.definition import Team
from agents.tools import described
from bot.domain import ApprovalPolicy, Json
from bot.errors import JournalVersionError

FORMAT = 5
"""Of the pinned JSON; raised when its shape or its meaning changes.

2: see targets.py, nesting.py and `policies_of_tools`. 3: see `sight_of`. 4: code and tools may be approved once for
more than one execution, a run of code has more limits, and each tool is known as ours or a package's. 5: see `RESCUED`
and `readers_of`.
"""
EVERY_TOOL = 2
"""The format since which `*` is every tool of the team, and no handoff."""
SIGHTED = 3
"""The format since which a run's beginning decides whether its models are given images, and agents are told why not."""

QUOTED = 5
"""The format since which it is decided by what models take which text files they are quoted."""
RESCUED = 5
"""The format since which code, a chat's end and one that goes round are told as a team file's `rescues` say."""


@cache
def _installed() -> str:
    """Return the agent library's version; asking its files for it takes longer than all the rest of a pin."""
    return version("autogen")


def pin(team: Team, *, replay_version: int, blind: str = "") -> Json:
    """Return the JSON from which alone the team is rebuilt.

    Args:
        team: What its file says.
        replay_version: Of the durable run.
        blind: The first of its models that is known not to see images.
    """
    names = sorted({name for agent in team.agents.values() for name in agent.tools})
    pinned: Json = {
        "format": FORMAT,
        "autogen": _installed(),
        "replay_version": replay_version,
        "history_chars": team.history_chars,
        "blind": blind,
        "team": team.model_dump(mode="json", by_alias=True),
        "tools": {name: _tool(name, tools.find(name)) for name in names},
    }
    # The store keeps it as JSON; what would not come back the same is found here.
    assert json.loads(json.dumps(pinned)) == pinned
    return pinned


def check(pinned: Mapping[str, Any], *, replay_version: int) -> None:
    """Return if this process can replay a run that was pinned so.

    Raises:
        JournalVersionError: It cannot; the message says what happens now.
    """
    installed = _installed()
    if pinned.get("format", 0) > FORMAT or pinned.get("replay_version", 0) > replay_version:
        raise _refused("This run was begun by a newer version of Threadfast", "journal_newer")
    begun = str(pinned.get("autogen"))
    if _minor(begun) != _minor(installed):
        why = f"This run was begun with autogen {begun}, and {installed} is installed now"
        raise _refused(why, "journal_other_version", begun=begun, installed=installed)


def tools_of(pinned: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Return the run's tools, each the very code that was pinned.

    Raises:
        JournalVersionError: A tool is gone or has changed since the run began.
    """
    found = {}
    for name, known in pinned.get("tools", {}).items():
        try:
            tool = tools.find(name)
        except KeyError as error:
            raise _refused(
                f"The tool {name!r} of this run is not installed any more", "tool_gone", tool=name
            ) from error
        if tools.code_hash(tool) != known["sha256"]:
            raise _refused(f"The tool {name!r} has changed since this run began", "tool_changed", tool=name)
        found[name] = tool
    return found


def policies_of_tools(pinned: Mapping[str, Any], team: Team) -> dict[str, ApprovalPolicy]:
    """Return how often a person approves calls of each tool; `*` is the team's others, and no handoff, since format 2.

    A list says that each call is approved. Of what the file does not say, each call of a tool that is not ours is
    approved, as it was pinned: a run that began before that counted goes on as it began.
    """
    said = team.approve_tools
    words = said if isinstance(said, dict) else dict.fromkeys(said, "always")
    policies = {tool: ApprovalPolicy(word) for tool, word in words.items()}
    if "*" not in policies:
        of_packages = [tool for tool, known in pinned.get("tools", {}).items() if not known.get("own", True)]
        return dict.fromkeys(of_packages, ApprovalPolicy.ALWAYS) | policies
    if pinned.get("format", 1) < EVERY_TOOL:
        return policies
    others = policies.pop("*")
    return {tool: others for agent in team.agents.values() for tool in agent.tools} | policies


def limits_of(pinned: Mapping[str, Any]) -> dict[str, int]:
    """Return what the run's box allows, by the names of team files, as it was pinned.

    Not as this version reads it, with limits that an older one did not know: what was approved must not change by that.
    """
    code = pinned.get("team", {}).get("code", {})
    return {name: value for name, value in code.items() if type(value) is int}


def models_of(team: Team) -> list[str]:
    """Return the models that may be shown what people attach: each agent's, then the team's own."""
    return [*dict.fromkeys([*(agent.model for agent in team.agents.values() if agent.model), team.model])]


def sight_of(pinned: Mapping[str, Any], team: Team) -> Sight:
    """Return whether the run's models are given images: all of them see the same messages, so each must be able to.

    What a host says of its models later changes nothing for a run that has begun: its replay must ask the same.
    """
    if pinned.get("format", 1) < SIGHTED:
        return Sight(images=team.images)
    if not team.images:
        return Sight(images=False, why="this team is not set up to see images")
    if blind := pinned.get("blind"):
        return Sight(images=False, why=f"the model {blind} cannot see images")
    return Sight(images=True)


def readers_of(pinned: Mapping[str, Any], team: Team) -> Readers | None:
    """Return who reads what people attach to the run's messages; None: it began before that was asked."""
    if pinned.get("format", 1) < QUOTED:
        return None
    runs_code = team.code.enabled and any(agent.code for agent in team.agents.values())
    return Readers(models=tuple(models_of(team)), code=runs_code)


def reading_of(pinned: Mapping[str, Any], team: Team) -> Reading:
    """Return how the run tells code from what is none: as its team says, and as it did when it began."""
    if not team.rescues.code_labels:
        return Reading.LABELS
    return Reading.CONTENT if pinned.get("format", 1) >= RESCUED else Reading.FORMER


def _tool(name: str, tool: Callable[..., Any]) -> Json:
    from autogen.tools import Tool  # noqa: PLC0415 - slow to import, and only for tools

    made = Tool(name=name, description=described(tool), func_or_tool=tool)
    return {"schema": made.tool_schema, "sha256": tools.code_hash(tool), "own": tools.is_own(name)}


def _minor(text: str) -> tuple[str, ...]:
    return tuple(text.split(".")[:2])


def _refused(why: str, text_id: str, **facts: object) -> JournalVersionError:
    return JournalVersionError(
        f"{why}, so it cannot go on where it stopped. "
        "The next message continues in a new run that is told what was said so far.",
        text_id=text_id,
        facts=facts,
    )
