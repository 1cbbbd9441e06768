from __future__ import annotations

from tests.integration.teams.conftest import library_may_look_at_its_own_folder  # noqa: F401 - used by itself
