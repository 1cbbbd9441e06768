from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.handling.about import About, nonce
from adapters.slack import ids
from bot.domain import RequestId, RequestKind
from tests.unit.slack.made import approval, item, request

CODE = approval(item("print(1)"), item("print(2)"))


@pytest.mark.parametrize("number", [None, 1, 2])
def test_button_value_is_read_back_and_fits_its_request(number: int | None) -> None:
    pressed = ids.read_value(ids.button_value(CODE, number))

    assert pressed == About(request=CODE.id, nonce=nonce(CODE), item=number)
    assert pressed.fits(CODE)


def test_button_of_a_card_about_other_bytes_fits_nothing() -> None:
    pressed = ids.read_value(ids.button_value(CODE, 1))
    other = replace(CODE, items=(item("print(1) "), CODE.items[1]))

    assert pressed is not None
    assert not pressed.fits(other)
    assert not pressed.fits(replace(CODE, id=RequestId("another")))
    assert not pressed.fits(None)


@pytest.mark.parametrize("number", [0, 3, 999])
def test_button_about_an_item_that_does_not_exist_fits_nothing(number: int) -> None:
    pressed = About(request=CODE.id, nonce=nonce(CODE), item=number)

    assert not pressed.fits(CODE)


def test_option_is_bound_to_the_words_of_all_options() -> None:
    asked = request(RequestKind.CHOICE, choices=("yes", "no"))
    pressed = ids.read_value(ids.button_value(asked, 2))

    assert pressed is not None
    assert pressed.fits(asked)
    assert not pressed.fits(replace(asked, choices=("no", "yes")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "0123456789abcdef",
        "0123456789abcdef 1",
        "0123456789ABCDEF 1 q",
        "0123456789abcdef 12345 q",
        "0123456789abcdef 1 q q",
        "0123456789abcdef 1 q\n",
        "0123456789abcdef \u0661 q",
        "0123456789abcdef x q",
    ],
)
def test_value_that_no_button_of_ours_has_is_refused(text: str) -> None:
    assert ids.read_value(text) is None


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    pressed = ids.read_value(text)

    assert pressed is None or not pressed.fits(CODE)


def test_value_of_a_button_is_far_below_the_limit_of_a_menus_option() -> None:
    assert len(ids.button_value(CODE, 9999)) <= 150


@pytest.mark.parametrize(
    ("action_id", "action"),
    [
        ("threadfast_approve", ids.APPROVE),
        ("threadfast_choose", ids.CHOOSE),
        ("threadfast_choose_12", ids.CHOOSE),
        ("threadfast_choose_", None),
        ("threadfast_other", None),
        ("choose_1", None),
        ("", None),
    ],
)
def test_action_id_names_its_action(action_id: str, action: str | None) -> None:
    assert ids.action_of(action_id) == action
