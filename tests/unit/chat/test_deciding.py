from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from adapters.chat.handling.about import About, Action, nonce
from adapters.chat.handling.deciding import pressed_event, submitted_event, thread_of
from bot.domain import Decision, Delivery, EventKind, InputRequest, RequestKind, Verdict
from tests.fakes import ANNA, START
from tests.unit.slack.made import approval, item, request

CODE = approval(item("print(1)"), item("print(2)"))
DELIVERY = Delivery(adapter="any", id="d1", body={}, received_at=START)
YES = Decision(verdict=Verdict.APPROVE)


def about(asked: InputRequest, number: int | None = None) -> About:
    return About(request=asked.id, nonce=nonce(asked), item=number)


@pytest.mark.parametrize(("number", "decisions"), [(None, (YES, YES)), (1, (YES, None)), (2, (None, YES))])
def test_approving_is_about_one_item_or_all(number: int | None, decisions: tuple[Decision | None, ...]) -> None:
    event = pressed_event(DELIVERY, Action.APPROVE, about(CODE, number), CODE, ANNA)

    assert (event.kind, event.request, event.decisions) == (EventKind.DECISION, CODE.id, decisions)
    assert (event.delivery, event.thread, event.person) == ("d1", thread_of(CODE), ANNA)


def test_stop_is_about_the_run_that_shows_the_card() -> None:
    event = pressed_event(DELIVERY, Action.STOP, about(CODE), CODE, ANNA)

    assert (event.kind, event.request, event.decisions) == (EventKind.STOP, CODE.id, ())


def test_words_of_buttons_are_those_a_person_would_write() -> None:
    choice = replace(request(RequestKind.CHOICE), choices=("red", "green"))
    text = request(RequestKind.TEXT)

    assert pressed_event(DELIVERY, Action.CHOOSE, about(choice, 2), choice, ANNA).text == "green"
    assert pressed_event(DELIVERY, Action.EXIT, about(text), text, ANNA).text == "exit"
    assert pressed_event(DELIVERY, Action.EMPTY, about(text), text, ANNA).text == ""


def test_reason_of_a_rejection_goes_to_the_item_it_is_about() -> None:
    event = submitted_event(DELIVERY, Action.REJECT, about(CODE, 2), "too long", CODE, ANNA)

    assert event.decisions == (None, Decision(verdict=Verdict.REJECT, reason="too long"))


@pytest.mark.parametrize(("code", "content"), [("print(1)", None), ("print(1) ", "print(1) ")])
def test_code_that_was_not_changed_is_approved_as_it_was(code: str, content: str | None) -> None:
    event = submitted_event(DELIVERY, Action.EDIT, about(CODE, 1), code, CODE, ANNA)

    assert event.decisions == (Decision(verdict=Verdict.APPROVE, content=content), None)


def test_request_of_a_version_without_nonces_has_the_buttons_that_it_had() -> None:
    old = replace(CODE, items=tuple(replace(item, seal="") for item in CODE.items), nonce="")
    bound = [old.id, [item.sha256 for item in old.items], []]

    assert nonce(old) == hashlib.sha256(json.dumps(bound).encode()).hexdigest()[:16]


def test_nonce_and_seals_of_a_request_are_part_of_its_buttons() -> None:
    sealed = replace(CODE, nonce="n", items=tuple(replace(item, seal="s") for item in CODE.items))
    others = (replace(sealed, nonce="m"), replace(sealed, items=CODE.items), replace(sealed, nonce=""))

    assert len({nonce(one) for one in (sealed, *others)}) == 4
