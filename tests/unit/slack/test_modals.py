from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.chat.handling.about import About, nonce
from adapters.slack import ids
from adapters.slack.rendering.modals import (
    Submitted,
    complaints,
    edit_form,
    notice_form,
    reject_form,
    run_here,
    submitted,
)
from bot.domain import Json, TeamSummary
from tests.pictures.blocks import seen
from tests.slack_server.checks import check_blocks
from tests.unit.slack.made import approval, item, origin

CODE = approval(item("print(1)\n"), item("print(2)"))
TEAMS = [TeamSummary(name=name, description="", kind="group", agents=("a",), source="x") for name in ("solo", "coder")]


def filled(view: Json, **written: str) -> Json:
    """Return the view as Slack sends it back."""
    values: dict[str, Any] = {}
    for name, value in written.items():
        chosen = {"selected_option": {"value": value}} if name == "team" else {"value": value or None}
        values[name] = {name: chosen}
    return {**view, "state": {"values": values}}


def test_form_that_runs_a_team_on_a_message() -> None:
    view = run_here(TEAMS, origin(), "Sort *this* <!here>", team="coder", language="en")

    assert check_blocks(view["blocks"], limit=100) == []
    assert (view["title"]["text"], view["submit"]["text"], view["callback_id"]) == snapshot(
        ("Run a team on this", "Run", "run_here_form")
    )
    assert seen(view["blocks"]) == snapshot("""\
The message:
| Sort *this* <!here>
Team:
[: solo, coder]
What the team is to do with the message:
[____ ]\
""")


def test_sent_run_form_is_read_with_its_message() -> None:
    view = run_here(TEAMS, origin(), "Sort this", team="solo", language="zh")

    sent = submitted(filled(view, team="coder", instructions="  in English \n"))

    assert sent == Submitted(form=ids.RUN_HERE_FORM, text="in English", origin=origin(), team="coder")


def test_form_offers_as_many_teams_as_the_menu_takes() -> None:
    teams = [TeamSummary(name=f"t{n}", description="", kind="", agents=(), source="") for n in range(150)]

    view = run_here(teams, origin(), "x" * 50_000, team="none", language="en")

    assert check_blocks(view["blocks"], limit=100) == []
    assert len(view["blocks"][1]["element"]["options"]) == 100
    assert "initial_option" not in view["blocks"][1]["element"]


@pytest.mark.parametrize(("number", "reason"), [(2, "too slow"), (None, "")])
def test_sent_reject_form_is_read_with_what_it_is_about(number: int | None, reason: str) -> None:
    view = reject_form(CODE, number, "en")

    sent = submitted(filled(view, reason=reason))

    assert sent is not None
    assert (sent.form, sent.text) == (ids.REJECT_FORM, reason)
    assert sent.pressed is not None
    assert sent.pressed.fits(CODE)
    assert sent.pressed.item == number


def test_edit_form_holds_the_code_and_gives_back_exactly_what_was_written() -> None:
    view = edit_form(CODE, 1, "en")

    assert view["blocks"][0]["element"]["initial_value"] == "print(1)\n"
    sent = submitted(filled(view, code="  print(3)\n\n"))
    assert sent is not None
    assert sent.text == "  print(3)\n\n"
    assert sent.pressed == About(request=CODE.id, nonce=nonce(CODE), item=1)


def test_code_that_does_not_fit_the_form_is_refused() -> None:
    with pytest.raises(ValueError, match="3001 characters cannot be edited"):
        edit_form(approval(item("x" * 3_001)), 1, "en")


@pytest.mark.parametrize(("code", "said"), [("", ["code"]), (" \n", ["code"]), ("x", [])])
def test_edit_without_code_is_complained_about_at_its_input(code: str, said: list[str]) -> None:
    sent = submitted(filled(edit_form(CODE, 1, "en"), code=code))

    assert sent is not None
    assert list(complaints(sent, "en")) == said


def test_code_with_what_nobody_sees_in_a_form_is_complained_about_at_its_input() -> None:
    sent = submitted(filled(edit_form(CODE, 1, "en"), code="print(1)\u200b\u00a0"))

    assert sent is not None
    assert complaints(sent, "en")["code"].startswith("This holds characters that nobody sees: ⟦U+200B⟧ ⟦U+00A0⟧.")


def test_run_form_without_a_team_is_complained_about_and_a_reason_is_not_needed() -> None:
    run = submitted(filled(run_here(TEAMS, origin(), "x", team="none", language="en")))
    reject = submitted(filled(reject_form(CODE, 1, "en")))

    assert run is not None
    assert reject is not None
    assert complaints(run, "en") == {"team": "Choose a team."}
    assert complaints(reject, "en") == {}


@pytest.mark.parametrize("metadata", ["", "{}", "[]", "null", "x", '{"channel": 1}', json.dumps(["a"])])
@pytest.mark.parametrize("form", [ids.RUN_HERE_FORM, ids.REJECT_FORM, ids.EDIT_FORM, "another"])
def test_form_about_nothing_that_we_know_is_refused(form: str, metadata: str) -> None:
    assert submitted({"callback_id": form, "private_metadata": metadata, "state": {"values": {}}}) is None


@given(st.text(), st.text())
def test_any_metadata_is_read_without_an_error(form: str, metadata: str) -> None:
    assert submitted({"callback_id": form, "private_metadata": metadata}) is None


def test_form_that_only_says_something_has_no_button_to_send() -> None:
    view = notice_form("This question is closed already.", "en")

    assert "submit" not in view
    assert seen(view["blocks"]) == "This question is closed already."
