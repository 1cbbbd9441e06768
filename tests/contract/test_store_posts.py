"""What every store keeps of the promises about posts."""

from __future__ import annotations

from bot.domain import PostStatus, RunId
from bot.ports import Records, Store
from tests.unit.store.samples import post, thread

T1 = thread("t1").conversation
R1 = RunId("r1")


async def test_a_post_is_recorded_once_and_in_order(store: Store) -> None:
    def work(records: Records) -> None:
        for key in ("a", "b", "a", "c"):
            records.outbox.add(post(key))
        records.outbox.add(post("other", at="t2", run=None))

    await store.write(work)

    rows = await store.read(lambda records: records.outbox.unsent(T1))
    assert [row.post for row in rows] == [post("a"), post("b"), post("c")]
    assert {row.status for row in rows} == {PostStatus.PENDING}
    assert [row.post.key for row in await store.read(lambda records: records.outbox.unsent(T1, limit=2))] == ["a", "b"]
    assert await store.read(lambda records: records.outbox.of(R1)) == rows


async def test_a_sent_post_is_never_shown_again(store: Store) -> None:
    def work(records: Records) -> None:
        records.outbox.add(post("a"))
        row = records.outbox.unsent(T1)[0].id
        records.outbox.mark(row, PostStatus.SENDING)
        records.outbox.mark(row, PostStatus.SENT, platform_id="m1")
        records.outbox.mark(row, PostStatus.PENDING, reason="late")

    await store.write(work)

    assert await store.read(lambda records: records.outbox.unsent(T1)) == []
    sent = await store.read(lambda records: records.outbox.sent_as(T1, "a"))
    assert sent is not None
    assert sent.platform_id == "m1"
    assert sent.at is not None, "words that were said before that are about something else"
    assert await store.read(lambda records: records.outbox.sent_as(thread("t2").conversation, "a")) is None


async def test_the_newest_sent_post_is_the_last_that_was_shown_in_a_place_of_its_own(store: Store) -> None:
    def work(records: Records) -> None:
        for key, shown in (("card", "m1"), ("turn", "m2"), ("closed", "m1"), ("elsewhere", None), ("unsent", "")):
            records.outbox.add(post(key))
            row = records.outbox.unsent(T1)[-1].id
            if shown != "":
                records.outbox.mark(row, PostStatus.SENT, platform_id=shown)

    assert await store.read(lambda records: records.outbox.sent_as(T1)) is None
    await store.write(work)

    newest = await store.read(lambda records: records.outbox.sent_as(T1))
    assert newest is not None
    assert newest.platform_id == "m2"
    assert await store.read(lambda records: records.outbox.sent_as(thread("t2").conversation)) is None


async def test_a_refused_post_is_not_waited_for(store: Store) -> None:
    def work(records: Records) -> None:
        records.outbox.add(post("a"))
        records.outbox.mark(records.outbox.unsent(T1)[0].id, PostStatus.REFUSED, reason="the thread is gone")
        records.outbox.add(post("b"))

    await store.write(work)

    refused = await store.read(lambda records: records.outbox.of(R1, status=PostStatus.REFUSED))
    assert [row.post.key for row in refused] == ["a"]
    assert [row.post.key for row in await store.read(lambda records: records.outbox.unsent(T1))] == ["b"]
    assert await store.read(lambda records: records.outbox.sent_as(T1, "a")) is None
