"""What Discord does not take as a file nobody can see, so nobody may approve it: the card offers no approval of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.discord.rendering.parts import LARGEST_FILE
from bot.domain import InputRequest, Post, PostKind
from bot.errors import UnseenError
from tests.discord_server import Permission
from tests.integration.discord.sending import Sending
from tests.unit.slack.made import approval, item

LONG = "".join(f"print({number})\n" for number in range(2000))
HUGE = "#" * (LARGEST_FILE + 1)


async def shown_without(s: Sending, asked: InputRequest) -> tuple[Sequence[int], Post]:
    """Have the card shown as the poster does, and return what nobody can see."""
    post = s.post(PostKind.REQUEST, text="Run it?", request=asked)
    with pytest.raises(UnseenError) as caught:
        await s.deliver(post)
    assert s.seen == []
    after = replace(post, request=replace(asked, unseen=caught.value.items))
    await s.deliver(after)
    return caught.value.items, after


def labels(s: Sending) -> list[str]:
    [card] = s.seen
    return list(card.buttons)


async def test_item_that_no_file_can_hold_cannot_be_approved(s: Sending) -> None:
    unseen, _ = await shown_without(s, approval(item(HUGE), item("print(1)")))

    assert unseen == (1,)
    assert labels(s) == [
        *("Reject 1", "Approve 2", "Reject 2", "Edit 2", "Reject all"),
        *("End this chat", "Stop the run"),
    ]
    assert "Nobody can approve what nobody can see" in s.texts[0]


async def test_items_that_together_no_file_can_hold_cannot_be_approved(s: Sending) -> None:
    quarter = "#" * (LARGEST_FILE // 4)

    unseen, _ = await shown_without(s, approval(*[item(quarter + str(number)) for number in range(5)]))

    assert unseen == (1, 2, 3, 4, 5)
    assert labels(s) == ["Reject all", "End this chat", "Stop the run"]


async def test_item_whose_file_may_not_be_attached_cannot_be_approved(s: Sending) -> None:
    s.deny(Permission.ATTACH_FILES)

    unseen, post = await shown_without(s, approval(item(LONG)))
    await s.restart()
    await s.deliver(post, first_find=True)

    assert unseen == (1,)
    assert labels(s) == ["Reject", "End this chat", "Stop the run"]
