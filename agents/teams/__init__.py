"""Teams: YAML files, what they may say, and how a run is built from one.

`check_file`, `hints_of`, `mistakes_in`, `list_teams` and `models_used` need no agent library; `agents.teams.build` does
and is imported when a run begins.
"""

from __future__ import annotations

from agents.teams.load import check_file, hints_of, list_teams, models_used
from agents.teams.mistakes import mistakes_in

__all__ = ["check_file", "hints_of", "list_teams", "mistakes_in", "models_used"]
