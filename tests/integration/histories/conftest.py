from __future__ import annotations

import pytest
from blockbuster import BlockBuster


@pytest.fixture(autouse=True)
def library_may_look_at_its_own_folder(blockbuster: BlockBuster) -> None:
    """AutoGen resolves its own path whenever an agent with a model is made: a look at the file system, not a wait."""
    for function in blockbuster.functions.values():
        function.can_block_in("autogen/import_utils.py", {"is_in_sys_modules"})
