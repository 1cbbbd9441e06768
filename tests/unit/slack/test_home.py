from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from adapters.slack.rendering.home import MOST_SHOWN, home
from bot.domain import ConversationId, ConversationSummary, RunStatus
from tests.pictures.blocks import seen
from tests.slack_server.checks import check_blocks
from tests.unit.slack.made import NOW, THREAD

DONE = ConversationSummary(
    conversation=THREAD.conversation,
    team="coder",
    status=RunStatus.COMPLETED,
    waiting=False,
    title="Sort <these> @here",
    started_at=NOW,
)
WAITS = replace(
    DONE, conversation=ConversationId("slack:T1:C1:2"), status=RunStatus.INPUT_REQUIRED, waiting=True, title="Primes"
)
NEW = replace(DONE, conversation=ConversationId("slack:T1:C1:3"), status=None, started_at=None, title="")
LINKS = {WAITS.conversation: "https://example.slack.com/archives/C1/p2"}


def test_conversations_that_wait_for_the_person_come_first_with_their_links() -> None:
    view = home([DONE, WAITS, NEW], links=LINKS, models="Ollama: 2 models", language="en")

    assert check_blocks(view["blocks"], limit=100) == []
    assert seen(view["blocks"]) == snapshot("""\
== Waiting for you ==
Primes
[Open]
(coder, waits for an answer, begun 2026-01-01 09:30 UTC)
== Your conversations ==
Sort <these> @here
(coder, completed, begun 2026-01-01 09:30 UTC)
(no words)
(coder, no run yet)
== Models ==
(Ollama: 2 models)\
""")


def test_home_without_conversations_says_how_to_begin() -> None:
    view = home([], links={}, models="", language="zh")

    assert check_blocks(view["blocks"], limit=100) == []
    assert seen(view["blocks"]) == snapshot("""\
还没有对话。请在频道中提及机器人，或在这里直接给它发消息。
== 模型 ==
(-)\
""")


def test_link_goes_to_slacks_own_address_only_where_there_is_one() -> None:
    view = home([WAITS, DONE], links={**LINKS, DONE.conversation: "javascript:x"}, models="x", language="en")

    accessories = [block["accessory"]["url"] for block in view["blocks"] if "accessory" in block]

    assert accessories == [LINKS[WAITS.conversation]]


def test_home_never_has_more_blocks_than_a_view_takes() -> None:
    many = [replace(DONE, waiting=number % 2 == 0, title="x" * 5_000) for number in range(500)]

    view = home(many, links={}, models="y" * 9_000, language="en")

    assert check_blocks(view["blocks"], limit=100) == []
    assert f"({500 - MOST_SHOWN} more are not shown.)" in seen(view["blocks"])
