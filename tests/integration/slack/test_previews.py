from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.slack.sending import live
from bot.domain import ThreadRef
from tests.integration.slack.sending import Sending, sending
from tests.integration.slack.test_exactly_once import FAULTS


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as made:
        await made.decorate()
        yield made


def say(s: Sending, text: str, *, path: str = "chat", thread: ThreadRef | None = None) -> None:
    s.out.previews.preview(thread or s.ref, path, "coder", text)


def said(s: Sending) -> list[str]:
    """Return the messages without the sign that a preview goes on."""
    return [text.removesuffix("…").strip() for text in s.texts]


async def shown(s: Sending, text: str = "so far", *, path: str = "chat") -> str:
    """Have a preview shown and return its ts."""
    say(s, text, path=path)
    await s.pass_time(1)
    await s.pass_time(1.5)
    return s.thread.last.ts if len(s.thread) else ""


async def test_preview_shows_what_an_agent_is_saying_while_it_says_it(s: Sending) -> None:
    await shown(s, "Once upon")
    assert said(s) == ["Once upon"]

    say(s, " a time")
    await s.pass_time(1.5)

    assert said(s) == ["Once upon a time"]
    assert s.thread.authors == ["coder"]


async def test_preview_becomes_its_turn(s: Sending) -> None:
    ts = await shown(s)
    say(s, "")

    assert await s.out.posting.post(s.turn("so far and no further")) == ts

    assert s.texts == ["so far and no further"]
    assert s.calls("chat.postMessage") == 1


async def test_preview_becomes_its_turn_though_its_end_is_told_later(s: Sending) -> None:
    ts = await shown(s)

    assert await s.out.posting.post(s.turn("done")) == ts
    say(s, "")
    await s.pass_time(60)

    assert s.texts == ["done"]


async def test_answer_that_is_ready_at_once_needs_no_preview(s: Sending) -> None:
    say(s, "yes")
    say(s, "")
    await s.out.posting.post(s.turn("yes"))
    await s.pass_time(5)

    assert s.texts == ["yes"]
    assert s.calls("chat.update") == 0


async def test_preview_changes_at_most_once_in_its_time(s: Sending) -> None:
    await shown(s)
    for _ in range(40):
        say(s, "word ")
        await s.pass_time(0.1)

    assert s.calls("chat.update") <= 5


async def test_preview_that_says_nothing_new_is_not_changed(s: Sending) -> None:
    await shown(s)
    await s.pass_time(10)

    assert s.calls("chat.update") == 0


async def test_preview_of_a_turn_that_never_comes_is_deleted(s: Sending) -> None:
    await shown(s)
    say(s, "")
    assert len(s.thread) == 1

    await s.pass_time(60)

    assert len(s.thread) == 0


async def test_turn_that_is_too_long_to_replace_its_preview_stands_alone(s: Sending) -> None:
    ts = await shown(s)
    say(s, "")
    s.slack.fault("error", method="chat.update", code="msg_too_long", times=None)

    assert await s.out.posting.post(s.turn("so far and no further")) != ts
    await s.pass_time(1)

    assert s.texts == ["so far and no further"]


async def test_turn_is_never_shown_above_a_post_that_was_recorded_before_it(s: Sending) -> None:
    await shown(s)
    await s.out.posting.post(s.notice("something else"))

    await s.out.posting.post(s.turn("done"))
    await s.pass_time(2)

    assert s.texts == ["something else", "done"]


async def test_preview_does_not_appear_above_a_post_that_has_to_wait(s: Sending) -> None:
    s.slack.fault("ratelimited", method="chat.postMessage", retry_after=10)
    first = s.turn("first")
    with pytest.raises(Exception, match="less often"):
        await s.out.posting.post(first)
    say(s, "second")
    await s.pass_time(5)
    assert s.texts == []

    await s.pass_time(6)
    await s.out.posting.post(first)
    await s.pass_time(3)

    assert said(s) == ["first", "second"]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_preview_that_breaks_off_harms_no_turn(s: Sending, method: str, fault: str) -> None:
    s.slack.fault(method=method, **FAULTS[fault])
    await shown(s, "a")
    say(s, "b")
    await s.pass_time(3)
    say(s, "")

    await s.deliver(s.turn("done"))
    s.out.previews.paid(s.ref, "")
    await s.pass_time(60)

    assert s.texts == ["done"]


@pytest.mark.parametrize("restarts", [True, False], ids=["restarted", "going on"])
@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_preview_becomes_its_turn_once_whatever_breaks_off(s: Sending, fault: str, restarts: bool) -> None:
    ts = await shown(s)
    say(s, "")
    s.slack.fault(method="chat.update", **FAULTS[fault])
    post = s.turn("done")
    with pytest.raises(Exception, match=r".+"):
        await s.out.posting.post(post)

    if restarts:
        await s.restart()
    assert await s.deliver(post, first_find=True) == ts

    assert s.texts == ["done"]


async def test_preview_of_a_dead_process_is_used_by_the_next_preview_of_its_path(s: Sending) -> None:
    ts = await shown(s, "first try")
    await s.restart()
    await s.decorate()

    await shown(s, "second try")
    say(s, "")
    assert await s.out.posting.post(s.turn("done")) == ts

    assert s.texts == ["done"]


async def test_preview_of_a_dead_process_whose_turn_needs_none_is_deleted(s: Sending) -> None:
    await shown(s, "first try")
    await s.restart()
    await s.decorate()

    await s.out.posting.post(s.turn("done"))
    await s.pass_time(3)

    assert s.texts == ["done"]


async def test_previews_of_a_dead_process_in_other_paths_are_deleted(s: Sending) -> None:
    await shown(s, "a", path="one")
    await shown(s, "b", path="two")
    await s.out.posting.post(s.notice("in between"))
    await s.restart()
    await s.decorate()

    await s.out.posting.post(s.turn("done", path="three"))
    await s.pass_time(3)

    assert s.texts == ["in between", "done"]


async def test_own_turn_is_never_taken_for_a_left_over_preview(s: Sending) -> None:
    await s.restart()
    await s.decorate()
    for number in range(4):
        ts = await shown(s, f"preview {number}")
        say(s, "")
        assert await s.out.posting.post(s.turn(f"turn {number}")) == ts
    await s.pass_time(60)

    assert s.texts == [f"turn {number}" for number in range(4)]


async def test_preview_that_somebody_deleted_is_shown_no_more_and_its_turn_is(s: Sending) -> None:
    ts = await shown(s)
    s.workspace.delete(s.channel.messages[ts])
    say(s, "more")
    await s.pass_time(3)

    await s.out.posting.post(s.turn("done"))

    assert s.texts == ["done"]


async def test_previews_leave_room_for_what_must_be_shown(s: Sending) -> None:
    for number in range(12):
        say(s, "x", path=f"path {number}")
    await s.pass_time(1)
    previews = len(s.thread)

    await s.out.posting.post(s.turn("done", path="another"))

    assert previews <= 3
    assert "done" in s.texts


async def test_preview_without_a_running_adapter_does_nothing(s: Sending) -> None:
    await s.stop_decorating()
    await shown_nothing(s)


async def shown_nothing(s: Sending) -> None:
    say(s, "")
    say(s, "hello")
    say(s, "")
    await s.pass_time(3)
    assert len(s.thread) == 0


async def test_preview_in_a_thread_that_is_gone_does_nothing(s: Sending) -> None:
    s.workspace.archive(s.channel)
    await shown_nothing(s)


async def test_previews_name_is_bold_where_the_app_may_not_use_it(s: Sending) -> None:
    s.workspace.bot.scopes.discard("chat:write.customize")
    await shown(s)
    await s.pass_time(3)
    say(s, "")

    await s.out.posting.post(s.turn("done"))

    assert s.texts == ["coder\ndone"]
    assert s.thread.authors == ["Threadfast"]


async def test_long_answer_shows_its_end(s: Sending) -> None:
    await shown(s, "first words " + "word " * 5000 + "last words")

    assert "last words" in s.texts[0]
    assert "first words" not in s.texts[0]


async def test_preview_pings_and_links_nothing(s: Sending) -> None:
    await shown(s, "<!channel> @here <@U1> https://example.com/?q=1 [label](https://example.com)")

    assert not s.thread.last.pings
    assert not s.thread.last.links


async def test_edit_that_arrives_late_cannot_replace_the_turn(s: Sending) -> None:
    ts = await shown(s)
    s.slack.fault("drop", method="chat.update")
    say(s, " and more")
    await s.pass_time(1.5)
    say(s, "")

    await s.out.posting.post(s.turn("done"))
    await s.pass_time(2)

    assert s.texts == ["done"]
    assert s.thread.last.ts != ts


async def test_turn_of_another_agent_does_not_stand_under_the_previews_name(s: Sending) -> None:
    await shown(s)
    say(s, "")

    await s.out.posting.post(s.turn("done", agent="critic"))
    await s.pass_time(2)

    assert s.texts == ["done"]
    assert s.thread.authors == ["critic"]


async def test_turn_of_the_demo_model_says_so_and_so_do_the_previews_after_it(s: Sending) -> None:
    await shown(s)
    say(s, "")
    await s.out.posting.post(s.turn("one", demo=True))
    await s.pass_time(2)
    assert s.texts == ["one"]
    (name,) = s.thread.authors
    assert name.startswith("coder (")

    ts = await shown(s)
    say(s, "")

    assert await s.out.posting.post(s.turn("two", demo=True)) == ts
    assert s.thread.authors == [name, name]


async def test_preview_of_a_dead_process_under_another_name_is_deleted(s: Sending) -> None:
    await shown(s, "first try")
    await s.restart()
    await s.decorate()
    s.out.previews.preview(s.ref, "chat", "critic", "second try")
    await s.pass_time(3)

    assert said(s) == ["second try"]
    assert s.thread.authors == ["critic"]


async def test_preview_that_takes_too_long_does_not_hold_up_its_turn(
    s: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "WRITE_SECONDS", 0.1)
    await shown(s)
    s.slack.fault("latency", method="chat.update", seconds=5)
    say(s, " and more")
    await s.clock.advance(1.5)
    await s.slack.until(lambda: s.calls("chat.update") == 1)

    await s.out.posting.post(s.turn("done"))

    assert "done" in s.texts


async def test_preview_shows_all_of_it_once_there_is_room_again(s: Sending) -> None:
    await shown(s)
    s.api.limits.hold(s.workspace.id, s.channel.id, "chat.update", 10)
    say(s, " and more")
    await s.pass_time(3)
    assert said(s) == ["so far"]

    await s.pass_time(20)

    assert said(s) == ["so far and more"]
