from __future__ import annotations

import pytest
from blockbuster import BlockBuster

from agents.durable.seams import ensure_installed
from tests.integration.slack.conftest import slack as slack


@pytest.fixture(autouse=True)
def library_is_ready(blockbuster: BlockBuster) -> None:
    """Install the seams, which raise the recursion limit, before the test; and let AutoGen look at its own folder."""
    ensure_installed()
    for function in blockbuster.functions.values():
        function.can_block_in("autogen/import_utils.py", {"is_in_sys_modules"})
