from __future__ import annotations

import pytest

from adapters.chat.handling.about import About
from adapters.chat.handling.intents import Ignored
from adapters.slack.events import Intent, understand
from adapters.slack.events.intents import (
    Ask,
    ChatOpened,
    Default,
    Help,
    HomeOpened,
    MuteHere,
    Pressed,
    Pull,
    RunHere,
    SessionStopped,
    Status,
    StopHere,
    Submitted,
    Teams,
    TokensRevoked,
    Uninstalled,
    Unknown,
)
from adapters.slack.ids import APPROVE, CHOOSE
from bot.domain import RequestId
from tests.unit.slack.payloads import ME, ROOT_TS, kind_of, payload, thread


def intent_of(name: str, **changed: object) -> Intent:
    body = payload(name) | changed
    return understand(kind_of(body), body, ME)


def command(text: str) -> Intent:
    return intent_of("command-help", text=text)


def test_home_and_direct_messages_are_opened() -> None:
    assert intent_of("app-home-opened") == HomeOpened(workspace="T0FAKETEAM", user="U0FAKEADA")
    assert intent_of("app-home-opened-messages") == ChatOpened(
        workspace="T0FAKETEAM", user="U0FAKEADA", channel="D0FAKEDIRECT"
    )


def test_assistant_thread_is_an_opened_chat_with_its_thread() -> None:
    intent = intent_of("assistant-thread-started")

    assert isinstance(intent, ChatOpened)
    assert intent.thread == thread("1767225619.000100", "D0FAKEDIRECT")
    assert isinstance(intent_of("assistant-thread-context-changed"), Ignored)


def test_slacks_own_stop_button_names_the_thread() -> None:
    assert intent_of("agent-session-stopped") == SessionStopped(
        thread=thread("1767225608.000100", "D0FAKEDIRECT"), user="U0FAKEADA"
    )


def test_end_of_an_installation_names_the_workspace() -> None:
    assert intent_of("app-uninstalled") == Uninstalled(workspace="T0FAKETEAM")
    assert intent_of("tokens-revoked") == TokensRevoked(workspace="T0FAKETEAM", bots=("U0FAKEBOT",))
    assert isinstance(intent_of("tokens-revoked-of-people"), Ignored)


def test_event_of_another_type_is_ignored() -> None:
    assert intent_of("reaction-added") == Ignored(reason="an event of another type")


def test_ask_has_words_team_and_where_to_answer() -> None:
    intent = intent_of("command-ask")

    assert isinstance(intent, Ask)
    assert (intent.text, intent.team) == ("sort a list & show it", "coder")
    assert (intent.workspace, intent.channel, intent.user) == ("T0FAKETEAM", "C0FAKECHAN", "U0FAKEADA")
    assert intent.response_url.startswith("https://hooks.slack.com/commands/")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Help),
        ("  help ", Help),
        ("teams", Teams),
        ("STATUS", Status),
        ("stop", StopHere),
        ("停止", StopHere),
        ("mute", MuteHere),
        ("status report for Friday", Unknown),
        ("dance", Unknown),
    ],
)
def test_command_is_known_by_its_word_alone(text: str, kind: type[object]) -> None:
    assert type(command(text)) is kind


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("pull qwen2:7b", "qwen2:7b"),
        ("拉取  `qwen2:7b` ", "qwen2:7b"),
        ("pull <http://hf.co/someone/model|hf.co/someone/model>:Q4_K_M", "hf.co/someone/model:Q4_K_M"),
        ("pull <http://evil.example/x|hf.co/x>", "hf.co/x (http://evil.example/x)"),
        ("pull", ""),
        ("pull two words", "two words"),
    ],
)
def test_model_to_be_pulled_is_what_was_typed(text: str, model: str) -> None:
    intent = command(text)

    assert isinstance(intent, Pull)
    assert intent.model == model


def test_unknown_command_keeps_its_words() -> None:
    intent = command("sort &lt;this&gt; please")

    assert isinstance(intent, Unknown)
    assert intent.words == "sort <this> please"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ask", ("", None)),
        ("ask\nfirst line\nsecond", ("first line\nsecond", None)),
        ("ask panel: vote", ("vote", "panel")),
        ("提问 排序", ("排序", None)),
        ("ask <@U0FAKEBO|bo> knows", ("@U0FAKEBO knows", None)),
    ],
)
def test_words_of_ask(text: str, words: tuple[str, str | None]) -> None:
    intent = command(text)

    assert isinstance(intent, Ask)
    assert (intent.text, intent.team) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("default", ("", False)),
        ("default Panel", ("panel", False)),
        ("default --workspace panel", ("panel", True)),
        ("default panel --workspace", ("panel", True)),
    ],
)
def test_words_of_default(text: str, words: tuple[str, bool]) -> None:
    intent = command(text)

    assert isinstance(intent, Default)
    assert (intent.team, intent.everywhere) == words
    assert isinstance(command("default one two"), Unknown)


@pytest.mark.parametrize("missing", ["channel_id", "user_id"])
def test_command_without_a_person_or_a_place_is_ignored(missing: str) -> None:
    assert isinstance(intent_of("command-ask", **{missing: ""}), Ignored)


def test_button_says_what_it_is_about_and_where_it_stands() -> None:
    intent = intent_of("block-actions-button")

    assert isinstance(intent, Pressed)
    assert intent.action == APPROVE
    assert intent.about == About(request=RequestId("req-1"), nonce="0123456789abcdef", item=1)
    assert (intent.thread, intent.message_ts, intent.user) == (thread(ROOT_TS), "1767225613.000100", "U0FAKEADA")


@pytest.mark.parametrize("name", ["block-actions-select", "block-actions-radio"])
def test_chosen_option_is_the_items_number(name: str) -> None:
    intent = intent_of(name)

    assert isinstance(intent, Pressed)
    assert (intent.action, intent.about.item) == (CHOOSE, 2)


def test_link_of_the_home_is_only_acknowledged() -> None:
    assert intent_of("block-actions-home-link") == Ignored(reason="a link was followed")


@pytest.mark.parametrize("value", ["", "req-1", "x" * 5000, {"a": 1}])
def test_button_with_a_value_that_we_never_made_is_ignored(value: object) -> None:
    actions = [{"type": "button", "action_id": APPROVE, "value": value}]

    assert intent_of("block-actions-button", actions=actions) == Ignored(reason="a button that is none of ours")


def test_shortcut_brings_the_message_with_its_author_and_files() -> None:
    intent = intent_of("message-action")

    assert isinstance(intent, RunHere)
    assert (intent.text, intent.author) == ("@U0FAKEADA: the list is <3, 1, 2>", "U0FAKEBO")
    assert (intent.thread, intent.mentions) == (thread(ROOT_TS), ("U0FAKEADA",))
    assert [file.name for file in intent.files] == ["numbers.csv"]


def test_sent_form_is_handed_on_as_it_is() -> None:
    intent = intent_of("view-submission")

    assert isinstance(intent, Submitted)
    assert intent.form == "reject_form"
    assert intent.view["state"]["values"]["reason"]["reason"]["value"] == "not on Fridays"
    assert isinstance(intent_of("view-closed"), Ignored)


@pytest.mark.parametrize("name", ["block-actions-button", "message-action", "view-submission"])
def test_interaction_of_nobody_is_ignored(name: str) -> None:
    assert intent_of(name, user={}) == Ignored(reason="an interaction without a person")
