from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.rota import REMEMBERED, Rota

Asked = tuple[str, str, int]

_asked = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=40)


def rota_of(asked: list[tuple[str, str]]) -> tuple[Rota[Asked], list[Asked]]:
    rota: Rota[Asked] = Rota()
    items = [(person, conversation, number) for number, (person, conversation) in enumerate(asked)]
    for item in items:
        rota.add(item, person=item[0], conversation=item[1])
    return rota, items


def drained(rota: Rota[Asked]) -> list[Asked]:
    taken = []
    while (item := rota.take()) is not None:
        taken.append(item)
    return taken


def test_persons_take_turns_and_within_one_the_conversations() -> None:
    rota, _ = rota_of([("a", "x"), ("a", "x"), ("a", "y"), ("b", "z"), ("b", "z")])

    taken = [(person, conversation) for person, conversation, _ in drained(rota)]

    assert taken == [("a", "x"), ("b", "z"), ("a", "y"), ("b", "z"), ("a", "x")]


@given(_asked)
def test_everything_is_served_once_and_each_conversation_in_its_order(asked: list[tuple[str, str]]) -> None:
    rota, items = rota_of(asked)

    taken = drained(rota)

    assert sorted(taken) == sorted(items)
    assert len(rota) == 0
    for person in "abc":
        for conversation in "xyz":
            numbers = [number for who, where, number in taken if (who, where) == (person, conversation)]
            assert numbers == sorted(numbers)


@given(_asked)
def test_whoever_waits_is_never_passed_by_the_same_person_twice(asked: list[tuple[str, str]]) -> None:
    rota, items = rota_of(asked)
    left = Counter(person for person, _, _ in items)
    since: dict[str, Counter[str]] = {person: Counter() for person in left}

    for person, _, _ in drained(rota):
        left[person] -= 1
        since[person].clear()
        for other in left:
            if other != person and left[other]:
                since[other][person] += 1
                assert since[other][person] <= 1


@given(_asked, st.data())
def test_what_is_discarded_is_not_served_and_all_else_is(asked: list[tuple[str, str]], data: st.DataObject) -> None:
    rota, items = rota_of(asked)
    gone = data.draw(st.sets(st.sampled_from(items))) if items else set()

    for person, conversation, number in [*gone, *gone]:
        rota.discard((person, conversation, number), person=person, conversation=conversation)

    assert len(rota) == len(items) - len(gone)
    assert sorted(drained(rota)) == sorted(set(items) - gone)


def test_whoever_may_not_be_next_is_passed_by_and_keeps_the_place() -> None:
    rota, _ = rota_of([("a", "x"), ("b", "y"), ("a", "x")])

    assert rota.take(lambda person: person != "a") == ("b", "y", 1)
    assert rota.take(lambda person: person != "a") is None
    assert drained(rota) == [("a", "x", 0), ("a", "x", 2)]


def test_who_comes_while_another_is_served_does_not_wait_for_the_others_next_turn() -> None:
    rota, _ = rota_of([("a", "x"), ("a", "x"), ("a", "x")])
    rota.take()

    rota.add(("b", "y", 3), person="b", conversation="y")

    assert [person for person, _, _ in drained(rota)] == ["b", "a", "a"]


def test_stream_of_newcomers_keeps_nobody_waiting() -> None:
    rota, _ = rota_of([("a", "x"), ("a", "x")])
    rota.take()
    served = []
    for number in range(4):
        rota.add((f"new-{number}", "y", number), person=f"new-{number}", conversation="y")
        rota.add((f"new-{number}b", "y", number), person=f"new-{number}b", conversation="y")
        served.append(rota.take())

    assert ("a", "x", 1) in served


def test_only_so_many_persons_are_remembered() -> None:
    rota, _ = rota_of([(f"person-{number}", "x") for number in range(3 * REMEMBERED)])

    assert len(drained(rota)) == 3 * REMEMBERED
    assert len(rota._served) == REMEMBERED


@given(_asked, st.integers(0, 20))
def test_order_that_is_told_is_the_one_in_which_all_are_served(asked: list[tuple[str, str]], before: int) -> None:
    rota, _ = rota_of(asked)
    for _ in range(before):
        rota.take()

    told, first = rota.in_order(), rota.first()

    assert (told, first) == (taken := drained(rota), taken[0] if taken else None)


def test_what_is_served_before_its_turn_counts_as_a_turn_of_its_person_alone() -> None:
    rota, items = rota_of([("a", "x"), ("b", "y"), ("c", "z"), ("b", "y")])

    for _ in range(2):
        rota.serve(items[1], person="b", conversation="y")

    assert len(rota) == 3
    assert drained(rota) == [items[0], items[2], items[3]]
    assert not rota.waits("b")


@given(_asked)
def test_whoever_is_first_is_served_as_taking_would(asked: list[tuple[str, str]]) -> None:
    rota, _ = rota_of(asked)
    same, _ = rota_of(asked)
    served = []
    while (first := rota.first()) is not None:
        rota.serve(first, person=first[0], conversation=first[1])
        served.append(first)

    assert served == drained(same)
