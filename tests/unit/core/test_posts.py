from __future__ import annotations

import pytest

from bot.domain import RequestKind, RunId, RunStatus, Turn, TurnKind
from bot.outbox import card_post, closed_post, decided_post, end_post, run_notice_post, turn_of, turn_post
from tests.unit.core.asked import TOOL, question, run_that_is

RUN = run_that_is(RunStatus.WORKING)


@pytest.mark.parametrize("path", ["", "chat", "chat.1", "a/b/c", "nested/2"])
def test_turn_is_read_back_from_its_key(path: str) -> None:
    post = turn_post(RUN, Turn(path=path, n=12, kind=TurnKind.TEXT, agent="ada", text="hello"))

    assert turn_of(RUN.id, post.key) == (path, 12)


def test_keys_of_other_posts_are_no_turns() -> None:
    asked = question(RequestKind.APPROVAL, name="chat/human/you/1", items=(TOOL,))
    posts = [card_post(asked, "en"), decided_post(asked, "en"), closed_post(asked, "en")]
    posts += [end_post(RUN, RunStatus.COMPLETED), run_notice_post(RUN, "demo_model", "demo model")]

    assert [turn_of(RunId("r"), post.key) for post in posts] == [None] * 5
