from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.handling.about import About, Action, nonce
from adapters.discord import ids
from adapters.discord.rendering.forms import MOST_TITLE, Field, Form, edit_form, is_editable, reject_form, run_form
from adapters.discord.rendering.names import LONGEST_NAME, clipped, username
from adapters.discord.rendering.parts import size
from bot.domain import TeamSummary
from tests.unit.slack.made import approval, item

CODE = approval(item("print(1)"), item("x" * 4_001))


def team(name: str) -> TeamSummary:
    return TeamSummary(name=name, description=f"About {name}.", agents=("coder",), kind="preset", source="built in")


def ran(count: int, chosen: str = "t2") -> Field:
    teams = [team(f"t{number}") for number in range(1, count + 1)]
    return run_form(teams, channel="7", message="8", team=chosen, language="en").fields[0]


def test_form_that_runs_a_team_offers_the_teams_and_may_stay_without_words() -> None:
    form = run_form([team("coder"), team("panel")], channel="7", message="8", team="panel", language="en")

    assert (form.title, form.custom_id) == ("Run a team on this", "runon:7:8")
    assert [(field.name, field.kind, field.required) for field in form.fields] == [
        ("team", "menu", True),
        ("instructions", "text", False),
    ]
    assert form.fields[0].value == "panel"
    assert form.fields[0].options == (("coder", "coder"), ("panel", "panel"))


def test_team_that_is_not_on_offer_is_not_chosen() -> None:
    assert ran(3, "gone").value == ""


@pytest.mark.parametrize(("count", "kind"), [(0, "text"), (25, "menu"), (26, "text")])
def test_team_is_written_where_a_menu_cannot_hold_them(count: int, kind: str) -> None:
    assert ran(count).kind == kind
    assert ran(count, "t2").value == "t2"


def test_forms_of_a_card_say_what_they_are_about() -> None:
    rejecting, editing = reject_form(CODE, None, "en"), edit_form(CODE, 1, "en")

    assert ids.read_custom_id(rejecting.custom_id) == (Action.REJECT, About(request=CODE.id, nonce=nonce(CODE)))
    assert editing.custom_id == ids.custom_id(CODE, Action.EDIT, 1)
    assert [(field.name, field.value, field.required) for field in rejecting.fields] == [("reason", "", False)]
    assert [(field.name, field.value, field.required) for field in editing.fields] == [("code", "print(1)", True)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_titles_and_labels_are_as_short_as_discord_wants_them(language: str) -> None:
    forms: list[Form] = [
        run_form([team("coder")], channel="7", message="8", team="", language=language),
        reject_form(CODE, 1, language),
        edit_form(CODE, 1, language),
    ]

    shown = [text for form in forms for text in (form.title, *(field.label for field in form.fields))]
    assert all(0 < size(text) <= MOST_TITLE and not text.endswith("…") for text in shown)


def test_code_that_does_not_fit_cannot_be_edited() -> None:
    with pytest.raises(ValueError, match="4001 characters cannot be edited in a form; 4000 fit"):
        edit_form(CODE, 2, "en")


@pytest.mark.parametrize("code", ["", "\n", "😀" * 2_001])
def test_code_that_discord_would_not_keep_is_not_offered_for_editing(code: str) -> None:
    assert not is_editable(code)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("coder", "coder"),
        ("Clyde", "Cly·de"),
        ("my_discord_bot", "my_disc·ord_bot"),
        ("everyone", "everyone·"),
        ("HERE", "HERE·"),
        ("a\nb: #1 @x", "a b： ＃1 ＠x"),
        ("", "-"),
        ("x" * 99, "x" * 79 + "…"),
    ],
)
def test_agent_has_a_name_that_discord_takes(agent: str, name: str) -> None:
    assert username(agent, "en") == name


@given(st.text(st.characters(exclude_categories=[]), max_size=120), st.booleans())
def test_any_agents_name_is_taken(agent: str, demo: bool) -> None:  # hypothesis gives it by position
    name = username(agent, "en", demo=demo)

    assert 0 < size(name) <= LONGEST_NAME
    assert "clyde" not in name.lower()
    assert "discord" not in name.lower()
    assert not demo or name.endswith(" (demo model)")


@given(st.text(max_size=60), st.integers(2, 40))
def test_text_is_cut_to_the_size_that_discord_counts(text: str, limit: int) -> None:
    assert size(clipped(text, limit)) <= limit
