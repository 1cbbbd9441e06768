"""Where Discord does not take a post as it was meant: it is shown another way, or the reason is said in words."""

from __future__ import annotations

import pytest

from adapters.discord.rendering.parts import LARGEST_FILE
from bot.domain import PostKind
from bot.errors import PostRefusedError, ThreadGoneError
from bot.texts import say
from tests.discord_server import Permission
from tests.integration.chat.sending import file
from tests.integration.discord.sending import Sending
from tests.unit.slack.made import approval, item


async def gone(s: Sending) -> ThreadGoneError:
    with pytest.raises(ThreadGoneError) as caught:
        await s.through(s.out.posting.post(s.turn("words")))
    return caught.value


async def test_without_permission_for_webhooks_names_stand_in_the_words(s: Sending) -> None:
    s.deny(Permission.MANAGE_WEBHOOKS)

    await s.deliver(s.turn("one"))
    await s.deliver(s.turn("two", agent="critic"))

    assert s.texts == ["**coder**\none", "**critic**\ntwo"]
    assert s.calls("get_channel_webhooks") == 1


async def test_a_channel_is_asked_for_a_webhook_again_after_an_hour(s: Sending) -> None:
    s.deny(Permission.MANAGE_WEBHOOKS)
    await s.deliver(s.turn("one"))
    s.deny()

    await s.pass_time(3700)
    await s.deliver(s.turn("two"))

    assert s.authors[-1] == "coder"


async def test_a_webhook_that_is_lost_with_its_permission_costs_only_the_name(s: Sending) -> None:
    await s.deliver(s.turn("one"))
    s.world.delete_webhook(next(iter(s.world.webhooks.values())))
    s.deny(Permission.MANAGE_WEBHOOKS)

    await s.deliver(s.turn("two"))

    assert s.texts == ["one", "**coder**\ntwo"]


async def test_an_archived_thread_opens_again(s: Sending) -> None:
    card = await s.deliver(s.post(PostKind.REQUEST, request=approval(item("print(1)"))))
    s.world.archive(s.thread)

    await s.deliver(s.post(PostKind.CLOSED, request=approval(item("print(1)")), text="Approved."), update=card)

    assert not s.thread.archived
    assert len(s.seen) == 1


async def test_a_locked_thread_is_said_in_words(s: Sending) -> None:
    s.world.archive(s.thread, locked=True)

    error = await gone(s)

    assert say(error.text_id, "en", **error.facts) == "the thread was locked"


async def test_a_deleted_thread_is_said_in_words(s: Sending) -> None:
    s.world.delete_channel(s.thread)

    error = await gone(s)

    assert say(error.text_id, "en", **error.facts) == "the thread, or its channel, was deleted"


async def test_a_missing_permission_is_named(s: Sending) -> None:
    s.deny(Permission.MANAGE_WEBHOOKS, Permission.SEND_MESSAGES_IN_THREADS)

    error = await gone(s)

    assert say(error.text_id, "en", **error.facts) == 'the bot lacks the permission "Send Messages in Threads" there'


async def test_the_end_of_a_run_whose_thread_is_gone_goes_to_its_starter(s: Sending) -> None:
    s.world.delete_channel(s.thread)
    unshown = s.turn("It came to this.").turn
    assert unshown is not None

    shown = await s.through(s.out.posting.post(s.ended(unshown=(unshown,))))

    where, lead, last = s.told()
    assert "meant for the thread of" in where
    assert "The run is over." in where
    assert lead == "What coder said last was shown nowhere else:"
    assert last == "**coder**\nIt came to this."
    assert len(shown.split("-")) == 3


async def test_an_end_that_was_told_directly_is_not_told_twice(s: Sending) -> None:
    await s.deliver(s.notice("before"))
    s.world.delete_channel(s.thread)
    s.server.fault("accept_then_drop", route="create_message", skip=1)
    post = s.ended()
    with pytest.raises(ConnectionError):
        await s.through(s.out.posting.post(post))
    assert len(s.told()) == 1

    await s.restart()
    await s.deliver(post, first_find=True)

    assert len(s.told()) == 1


async def test_who_takes_no_direct_messages_is_not_told(s: Sending) -> None:
    s.world.delete_channel(s.thread)
    s.anna.user.accepts_dms = False

    with pytest.raises(ThreadGoneError) as caught:
        await s.through(s.out.posting.post(s.ended()))

    assert caught.value.text_id == "discord_gone_place"


async def test_somebody_who_takes_no_direct_messages_any_more_is_no_mystery(d: Sending) -> None:
    d.anna.user.accepts_dms = False

    error = await gone(d)

    assert say(error.text_id, "en", **error.facts) == "the person takes no direct messages from the bot"


async def test_a_file_that_is_too_large_is_named_beside_the_words(s: Sending) -> None:
    s.server.fault("error", route="execute_webhook", code=40005)

    await s.deliver(s.turn("See.", files=(file(),)))

    assert s.texts == ["See.\nDiscord did not take these files here, so they are not shown: `plot.png`"]


async def test_without_permission_for_files_the_words_come_alone(s: Sending) -> None:
    s.deny(Permission.MANAGE_WEBHOOKS, Permission.ATTACH_FILES)

    await s.deliver(s.turn("See.", files=(file(),)))

    assert len(s.seen) == 1
    assert "plot.png" in s.texts[0]
    assert s.seen[0].files == ()


async def test_words_without_their_file_are_found_again(s: Sending) -> None:
    s.server.fault("error", route="execute_webhook", code=40005)
    s.server.fault("accept_then_drop", route="execute_webhook", skip=1)

    await s.deliver(s.turn("See.", files=(file(),)))

    assert len(s.seen) == 1


async def test_words_that_discord_does_not_take_come_as_a_file(s: Sending) -> None:
    s.server.fault("error", route="create_message", code=50035)

    await s.deliver(s.notice("odd words"))

    assert [(each.text, each.files) for each in s.seen] == [("", ("message.txt",))]
    assert s.seen[0].message.attachments[0].content == b"odd words"


@pytest.mark.parametrize("code", [50035, 40005])
async def test_a_card_is_shown_exactly_or_not_at_all(s: Sending, code: int) -> None:
    s.server.fault("error", route="create_message", code=code, times=None)

    with pytest.raises(PostRefusedError):
        await s.through(s.out.posting.post(s.post(PostKind.REQUEST, request=approval(item("print(1)")))))

    assert s.texts == []


async def test_a_card_is_changed_in_its_place(s: Sending) -> None:
    card = await s.deliver(s.post(PostKind.REQUEST, request=approval(item("print(1)"))))
    await s.deliver(s.turn("later"))
    assert s.seen[0].buttons

    closed = s.post(PostKind.CLOSED, request=approval(item("print(1)")), text="Approved.")
    assert await s.deliver(closed, update=card) == card

    assert len(s.seen) == 2
    assert s.seen[0].buttons == ()


@pytest.mark.parametrize("kind", ["drop", "accept_then_drop", "status", "accept_then_status"])
async def test_a_change_whose_answer_is_lost_is_made_again(s: Sending, kind: str) -> None:
    card = await s.deliver(s.post(PostKind.REQUEST, request=approval(item("print(1)"))))
    s.server.fault(kind, route="edit_message", status=503)

    closed = s.post(PostKind.CLOSED, request=approval(item("print(1)")), text="Approved.")
    assert await s.deliver(closed, update=card) == card

    assert len(s.seen) == 1
    assert s.seen[0].buttons == ()


async def test_a_card_that_was_deleted_is_closed_anew(s: Sending) -> None:
    card = await s.deliver(s.post(PostKind.REQUEST, request=approval(item("print(1)"))))
    s.world.delete(s.seen[0].message)

    closed = s.post(PostKind.CLOSED, request=approval(item("print(1)")), text="Approved.")
    shown = await s.deliver(closed, update=card)

    assert shown != card
    assert len(s.seen) == 1


async def test_a_card_that_is_too_old_to_change_gives_way_to_a_new_one(s: Sending) -> None:
    card = await s.deliver(s.post(PostKind.REQUEST, request=approval(item("print(1)"))))
    s.server.fault("error", route="edit_message", code=30046)

    closed = s.post(PostKind.CLOSED, request=approval(item("print(1)")), text="Approved.")
    shown = await s.deliver(closed, update=card)

    assert shown != card
    assert len(s.seen) == 1
    assert s.seen[0].buttons == ()


async def test_a_cards_file_comes_once_however_often_the_card_is_changed(s: Sending) -> None:
    long = "print('" + "x" * 9000 + "')"
    card = await s.deliver(s.post(PostKind.REQUEST, request=approval(item(long))))
    files = s.seen[0].files
    assert files
    s.server.fault("accept_then_drop", route="edit_message")

    closed = s.post(PostKind.CLOSED, request=approval(item(long)), text="Approved.")
    await s.deliver(closed, update=card)

    assert len(s.seen[0].files) == len(set(s.seen[0].files))


async def test_a_file_of_the_largest_size_is_sent(s: Sending) -> None:
    await s.deliver(s.turn("See.", files=(file(data=b"x" * LARGEST_FILE),)))

    assert s.seen[0].files == ("plot.png",)


async def test_a_message_is_marked_as_seen(s: Sending) -> None:
    inner = await s.anna.says(s.thread, "more")

    await s.out.reactions.seen(s.event(s.root))
    await s.out.reactions.seen(s.event(inner))
    await s.out.reactions.seen(s.event(inner))

    assert [*s.root.reactions] == ["👀"]
    assert [*inner.reactions] == ["👀"]


async def test_a_mark_that_cannot_be_set_fails_nothing(s: Sending) -> None:
    s.world.delete(s.root)

    await s.out.reactions.seen(s.event(s.root))
