from __future__ import annotations

from datetime import timedelta

from adapters.chat.handling.guard import Admission, Guard
from tests.fakes import START


def test_fast_loop_ends_after_twenty_messages_and_is_told_once() -> None:
    guard = Guard()

    found = [guard.admit("T1", "B1", f"Ev{n}", START + timedelta(seconds=n)) for n in range(30)]

    assert found == [Admission.YES] * 20 + [Admission.FIRST_NO] + [Admission.NO] * 9


def test_slow_loop_ends_within_a_day() -> None:
    guard = Guard()

    found = [guard.admit("T1", "B1", f"Ev{n}", START + timedelta(minutes=n)) for n in range(24 * 60)]

    assert found.count(Admission.YES) == 200


def test_bot_is_listened_to_again_after_a_while() -> None:
    guard = Guard()
    for n in range(25):
        guard.admit("T1", "B1", f"Ev{n}", START)

    assert guard.admit("T1", "B1", "later", START + timedelta(minutes=6)) is Admission.YES


def test_bots_and_workspaces_are_counted_apart() -> None:
    guard = Guard()
    for n in range(25):
        guard.admit("T1", "B1", f"Ev{n}", START)

    assert guard.admit("T1", "B2", "Ev100", START) is Admission.YES
    assert guard.admit("T2", "B1", "Ev101", START) is Admission.YES


def test_same_delivery_counts_once() -> None:
    guard = Guard()

    found = [guard.admit("T1", "B1", "Ev1", START) for _ in range(30)]

    assert found == [Admission.YES] * 30
