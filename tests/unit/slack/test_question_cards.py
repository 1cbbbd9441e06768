"""Cards of questions and choices."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from adapters.chat.handling.about import About, nonce
from adapters.slack import ids
from bot.domain import RequestKind
from tests.unit.slack.cards import closed, opened, shown
from tests.unit.slack.made import answered, request
from tests.unit.slack.reader import buttons


def test_few_options_are_buttons() -> None:
    asked = request(RequestKind.CHOICE, choices=("planner", "a\u202eb " + "long " * 15), empty_runs="model")

    rendered = opened(asked, "user waits for your choice.")

    assert shown(rendered).split("\n")[:3] == snapshot(
        [
            "user waits for your choice.",
            "1. planner",
            "2. a⟦U+202E⟧b long long long long long long long long long long long long long long long ",
        ]
    )
    made_buttons = buttons(list(rendered.parts[0].blocks))
    assert [each["text"]["text"] for each in made_buttons] == snapshot(
        [
            "1. planner",
            "2. a⟦U+202E⟧b long long long long long long long long long long long long …",
            "Let the model reply",
            "Stop the run",
        ]
    )
    assert [ids.action_of(each["action_id"]) for each in made_buttons] == [ids.CHOOSE, ids.CHOOSE, ids.EMPTY, ids.STOP]


def test_many_options_are_a_menu() -> None:
    asked = request(RequestKind.CHOICE, choices=tuple(f"option {number}" for number in range(1, 101)))

    menu, stop = buttons(list(opened(asked).parts[0].blocks))

    assert (menu["type"], menu["action_id"], stop["action_id"]) == ("static_select", ids.CHOOSE, ids.STOP)
    assert menu["options"][99]["text"]["text"] == "100. option 100"
    assert [ids.read_value(option["value"]) for option in menu["options"]][41] == About(
        request=asked.id, nonce=nonce(asked), item=42
    )


def test_more_options_than_a_menu_takes_are_answered_in_words() -> None:
    asked = request(RequestKind.CHOICE, choices=tuple(f"option {number}" for number in range(101)))

    rendered = opened(asked)

    assert [each["action_id"] for each in buttons(list(rendered.parts[0].blocks))] == [ids.STOP]
    assert rendered.files[0].data.decode().splitlines()[100] == "101. option 100"


def test_closed_choice_says_what_was_chosen() -> None:
    asked = request(RequestKind.CHOICE, choices=("planner", "coder"))

    assert shown(closed(answered(asked, text="coder"), "Answered by Ada.")) == snapshot("""\
Answered by Ada.
coder
(2026-01-01 09:30 UTC)\
""")


@pytest.mark.parametrize(
    ("runs", "labels"),
    [
        ("", ["End this chat", "Stop the run"]),
        ("code", ["Run the code", "End this chat", "Stop the run"]),
        ("tools", ["Run the tools", "End this chat", "Stop the run"]),
        ("model", ["Let the model reply", "End this chat", "Stop the run"]),
        ("end", ["End this chat", "Stop the run"]),
    ],
)
def test_question_has_buttons_for_what_an_empty_answer_and_exit_mean(runs: str, labels: list[str]) -> None:
    rendered = opened(request(empty_runs=runs), "user waits for your answer.")

    assert [each["text"]["text"] for each in buttons(list(rendered.parts[0].blocks))] == labels
