from __future__ import annotations

import pytest

from adapters.chat.handling.intents import Ignored
from adapters.slack.events import delivery_id, understand, workspace_of
from adapters.slack.events.intents import Help, Me, Pressed, Said, Submitted, Unknown
from bot.domain import Json
from tests.unit.slack.payloads import everything, kind_of, payload, recorded

RECORDED_ME = Me(workspace="T00FAKE00AA", user="U00FAKEBOT01", bot="B00FAKEBOT01", app="A00FAKEAPP01")


def test_every_payload_of_ours_has_a_delivery_id_of_its_own() -> None:
    bodies = [(kind, body) for kind, body in everything() if body.get("event_id") or "trigger_id" in body]
    ids = [delivery_id(kind, body) for kind, body in bodies if body.get("api_app_id") == "A0FAKEAPP"]

    assert len(ids) == len(set(ids)) >= 40


def test_event_is_known_by_its_event_id_and_a_press_by_its_trigger_id() -> None:
    assert delivery_id("event", payload("app-mention")) == "Ev0FAKE0001"
    assert delivery_id("interactive", payload("message-action")).startswith("1.2.fake")


def test_delivery_without_an_id_is_known_by_all_that_it_says() -> None:
    closed = payload("view-closed")

    assert delivery_id("interactive", closed) == delivery_id("interactive", payload("view-closed"))
    assert delivery_id("interactive", closed) != delivery_id("interactive", closed | {"is_cleared": True})


@pytest.mark.parametrize("given", ["", 7, None, "x" * 201, "tab\t", "é"])
def test_id_that_is_none_is_not_taken(given: object) -> None:
    assert delivery_id("event", {"event_id": given}).startswith("sha256:")


def test_delivery_nested_without_end_is_known_by_its_plain_words() -> None:
    deep: Json = {}
    for _ in range(5000):
        deep = {"a": deep}

    assert delivery_id("interactive", {"token": "one", "a": deep}) == delivery_id(
        "interactive", {"token": "one", "a": deep}
    )
    assert delivery_id("interactive", {"token": "one", "a": deep}) != delivery_id(
        "interactive", {"token": "two", "a": deep}
    )


def test_workspace_is_the_one_that_installed_the_app() -> None:
    shared = payload("message-guest") | {"team_id": "T0FAKEPARTNER"}
    form = payload("view-submission") | {"team": {"id": "T0FAKEPARTNER"}}

    assert workspace_of(shared) == workspace_of(form) == "T0FAKETEAM"
    assert workspace_of(payload("command-ask")) == workspace_of(payload("block-actions-button")) == "T0FAKETEAM"
    assert workspace_of({"team": None, "user": {"team_id": "T1"}}) == "T1"
    assert workspace_of({}) == ""


@pytest.mark.parametrize(
    ("file", "name", "text", "addressed", "in_thread"),
    [
        ("channel-mention", "mention", "Can you see the name of this channel: #C00FAKECHAN2?", True, False),
        ("mention-and-follow-up", "mention", "Hey", True, False),
        ("mention-and-follow-up", "followUp", "Hi", False, True),
        ("dm", "mention", "Hey", True, False),
        ("dm", "dmRequest", "DM me", False, True),
        ("dm", "dmMessage", "Hey!", True, False),
        ("actions-reactions", "mention", "Test", True, False),
    ],
)
def test_recorded_message_is_what_its_name_says(
    file: str, name: str, text: str, addressed: bool, in_thread: bool
) -> None:
    intent = understand("event", recorded(file)[name], RECORDED_ME)

    assert isinstance(intent, Said)
    assert (intent.text, intent.addressed, intent.in_thread) == (text, addressed, in_thread)
    assert intent.direct is (name == "dmMessage")


@pytest.mark.parametrize("name", ["action", "staticSelectAction", "radioButtonsAction"])
def test_recorded_action_is_a_press_once_it_is_on_a_card_of_ours(name: str) -> None:
    body = recorded("actions-reactions")[name]
    assert understand("interactive", body, RECORDED_ME) == Ignored(reason="a button that is none of ours")
    action = body["actions"][0]
    action["action_id"] = "threadfast_choose_2"
    (action.get("selected_option") or action)["value"] = "0123456789abcdef 2 req-1"

    intent = understand("interactive", body, RECORDED_ME)

    assert isinstance(intent, Pressed)
    assert (str(intent.thread), intent.about.item) == ("slack:T00FAKE00AA:C00FAKECHAN1:1767326125.870439", 2)


def test_recorded_commands_and_form_are_what_their_names_say() -> None:
    body = recorded("slash-commands")
    form = body["viewSubmission"]

    assert isinstance(understand("command", body["slashCommand"], RECORDED_ME), Help)
    words = understand("command", body["slashCommandWithArgs"], RECORDED_ME)
    assert isinstance(words, Unknown)
    assert words.words == "some arguments here"
    assert understand("interactive", form, RECORDED_ME) == Ignored(reason="a form that is none of ours")
    form["view"]["callback_id"] = "run_here_form"
    assert isinstance(understand("interactive", form, RECORDED_ME), Submitted)
    assert kind_of(form) == "interactive"


def test_recorded_reaction_is_ignored() -> None:
    assert isinstance(understand("event", recorded("actions-reactions")["reaction"], RECORDED_ME), Ignored)
