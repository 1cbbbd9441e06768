"""What every store keeps of the promise that a post may be recorded as the one that is being sent."""

from __future__ import annotations

from bot.domain import OutboxRow, PostStatus, RunId
from bot.ports import Records, Store
from tests.unit.store.samples import begin, post, thread

T1 = thread("t1").conversation
R1 = RunId("r1")


async def added(store: Store, *keys: str) -> list[OutboxRow | None]:
    """Record posts in one transaction, each as the one that is being sent where it may be."""
    return await store.write(lambda records: [records.outbox.add(post(key), sending=True) for key in keys])


async def statuses(store: Store) -> list[tuple[str, PostStatus]]:
    rows = await store.read(lambda records: records.outbox.of(R1))
    return [(row.post.key, row.status) for row in rows]


async def test_a_first_post_is_recorded_as_sending_and_returned_as_it_was_before(store: Store) -> None:
    await store.write(begin)

    [row] = await added(store, "a")

    [unsent] = await store.read(lambda records: records.outbox.unsent(T1))
    assert row == OutboxRow(id=unsent.id, conversation=T1, post=post("a"), status=PostStatus.PENDING)
    assert (unsent.post, unsent.status) == (post("a"), PostStatus.SENDING)


async def test_only_the_first_of_several_is_recorded_as_sending(store: Store) -> None:
    await store.write(begin)

    rows = await added(store, "a", "b", "c")

    assert [row.post.key if row else None for row in rows] == ["a", None, None]
    assert await statuses(store) == [
        ("a", PostStatus.SENDING),
        ("b", PostStatus.PENDING),
        ("c", PostStatus.PENDING),
    ]


async def test_nothing_overtakes_an_unsent_post(store: Store) -> None:
    def work(records: Records) -> None:
        begin(records)
        records.outbox.add(post("a"))

    await store.write(work)

    assert await added(store, "b") == [None]
    assert await statuses(store) == [("a", PostStatus.PENDING), ("b", PostStatus.PENDING)]


async def test_a_post_after_sent_and_refused_ones_is_recorded_as_sending(store: Store) -> None:
    def work(records: Records) -> None:
        begin(records)
        for key, status in (("a", PostStatus.SENT), ("b", PostStatus.REFUSED)):
            records.outbox.add(post(key))
            records.outbox.mark(records.outbox.unsent(T1)[0].id, status)

    await store.write(work)
    [row] = await added(store, "c")

    assert row is not None
    assert (await statuses(store))[2] == ("c", PostStatus.SENDING)


async def test_another_conversations_unsent_post_holds_nothing_up(store: Store) -> None:
    def work(records: Records) -> None:
        begin(records)
        records.outbox.add(post("other", at="t2", run=None))

    await store.write(work)

    [row] = await added(store, "a")
    assert row is not None


async def test_a_known_key_is_not_sent_again(store: Store) -> None:
    await store.write(begin)
    [row] = await added(store, "a")
    assert row is not None
    await store.write(lambda records: records.outbox.mark(row.id, PostStatus.SENT, platform_id="m1"))

    assert await added(store, "a") == [None]
    assert await statuses(store) == [("a", PostStatus.SENT)]
