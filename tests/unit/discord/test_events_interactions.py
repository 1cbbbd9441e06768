from __future__ import annotations

from typing import Any

import pytest

from adapters.chat.handling.about import About, Action
from adapters.chat.handling.intents import Ignored
from adapters.discord.events import understand
from adapters.discord.events.intents import (
    Ask,
    Default,
    Help,
    Intent,
    MuteHere,
    Pressed,
    RunOnThis,
    Status,
    StopHere,
    Submitted,
    Teams,
)
from bot.domain import Json, Person, RequestId
from tests.unit.discord.made import ANNA, DIRECT, GENERAL, GUILD, IN_THREAD, ME, THREAD, asked, command

NONCE = "0123456789abcdef"
ABOUT = About(request=RequestId("req-1"), nonce=NONCE, item=2)


def understood(body: Json) -> Intent:
    return understand(str(body["kind"]), body, ME)


def test_ask_brings_its_words_its_team_and_its_files() -> None:
    files = [{"id": "7", "name": "a.txt", "media_type": "text/plain", "size": 3, "url": "https://cdn/a.txt"}]

    intent = understood(command("ask", {"prompt": " primes ", "team": "Coder", "files": files}))

    assert isinstance(intent, Ask)
    assert (intent.text, intent.team, [file.name for file in intent.files]) == ("primes", "coder", ["a.txt"])
    assert intent.person == Person(id=ANNA, name="Anna", language="en")
    assert (intent.guild, intent.channel, intent.in_thread) == (GUILD, GENERAL, False)


def test_words_of_an_ask_are_what_a_reader_sees() -> None:
    prompt = f"<@{ME.user}> coder: ask <@7> and <@&8> in <#9> about <:cat:10>, not <@11>"
    names = {"mentions": [{"id": "7", "name": "Bo"}], "roles": {"8": "Ops"}, "channels": {"9": "general"}}

    intent = understood(command("ask", {"prompt": prompt}) | names)

    assert isinstance(intent, Ask)
    assert (intent.team, intent.text) == ("coder", "ask @Bo and @Ops in #general about :cat:, not @11")


@pytest.mark.parametrize(
    ("options", "team", "text"),
    [
        ({"prompt": "coder: primes"}, "coder", "primes"),
        ({"prompt": "coder: primes", "team": "panel"}, "panel", "coder: primes"),
        ({"prompt": "primes"}, None, "primes"),
        ({}, None, ""),
    ],
)
def test_team_of_an_ask_is_its_option_or_stands_in_its_words(options: Json, team: str | None, text: str) -> None:
    intent = understood(command("ask", options))

    assert isinstance(intent, Ask)
    assert (intent.team, intent.text) == (team, text)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("teams", Teams), ("status", Status), ("stop", StopHere), ("mute", MuteHere), ("help", Help)],
)
def test_commands_are_known_by_name(name: str, kind: type) -> None:
    assert type(understood(command(name))) is kind


def test_default_says_for_whom() -> None:
    here = understood(command("default", {"team": "coder"}, manages=True))
    everywhere = understood(command("default", {"team": "coder", "everywhere": True}, administers=True))
    asks = understood(command("default"))

    assert isinstance(here, Default)
    assert (here.team, here.everywhere, here.manages, here.administers) == ("coder", False, True, False)
    assert isinstance(everywhere, Default)
    assert (everywhere.everywhere, everywhere.administers) == (True, True)
    assert isinstance(asks, Default)
    assert asks.team == ""


@pytest.mark.parametrize(("locale", "language"), [("zh-CN", "zh"), ("zh-TW", "zh"), ("en-GB", "en"), ("de", None)])
def test_language_is_the_clients_where_we_speak_it(locale: str, language: str | None) -> None:
    intent = understood(command("help", locale=locale))

    assert isinstance(intent, Help)
    assert (intent.person.language, intent.language) == (language, language or "en")


@pytest.mark.parametrize(("at", "in_thread"), [(IN_THREAD, True), (DIRECT, True)])
def test_threads_and_direct_messages_are_known(at: Json, in_thread: bool) -> None:
    intent = understood(command("help", at=at))

    assert isinstance(intent, Help)
    assert intent.in_thread is in_thread


def test_press_is_about_its_request() -> None:
    body = {"kind": "pressed", "interaction": asked(at=IN_THREAD), "custom_id": f"run:req-1:approve:2:{NONCE}",
            "values": [], "message": "999"}  # fmt: skip

    intent = understood(body)

    assert isinstance(intent, Pressed)
    assert (intent.action, intent.about, intent.message) == (Action.APPROVE, ABOUT, "999")
    assert (intent.channel, intent.parent) == (THREAD, GENERAL)


def test_menus_choice_is_the_option_that_was_chosen() -> None:
    body = {"kind": "pressed", "interaction": asked(at=IN_THREAD), "custom_id": f"run:req-1:choose:26:{NONCE}",
            "values": ["31"], "message": "999"}  # fmt: skip

    intent = understood(body)

    assert isinstance(intent, Pressed)
    assert intent.about.item == 31


@pytest.mark.parametrize(
    "changes",
    [
        {"custom_id": "somebody's"},
        {"custom_id": f"run:req-1:destroy:2:{NONCE}"},
        {"custom_id": f"run:req-1:choose:-:{NONCE}", "values": ["first"]},
        {"custom_id": f"run:req-1:choose:-:{NONCE}", "values": ["99999"]},
        {"interaction": asked(user={"id": "x"})},
        {"interaction": asked(token="")},
    ],
)
def test_press_that_is_none_of_ours_is_ignored(changes: dict[str, Any]) -> None:
    body = {"kind": "pressed", "interaction": asked(), "custom_id": f"run:req-1:approve:2:{NONCE}", "values": [],
            "message": "999"}  # fmt: skip

    assert isinstance(understood({**body, **changes}), Ignored)


def test_forms_bring_a_trimmed_reason_and_exact_code() -> None:
    reject = understood(
        {
            "kind": "submitted",
            "interaction": asked(),
            "custom_id": f"run:req-1:reject:2:{NONCE}",
            "fields": {"reason": " too long \n"},
        }
    )
    edit = understood(
        {
            "kind": "submitted",
            "interaction": asked(),
            "custom_id": f"run:req-1:edit:2:{NONCE}",
            "fields": {"code": "  print(1)\n"},
        }
    )

    assert isinstance(reject, Submitted)
    assert (reject.action, reject.about, reject.text) == (Action.REJECT, ABOUT, "too long")
    assert isinstance(edit, Submitted)
    assert (edit.action, edit.text) == (Action.EDIT, "  print(1)\n")


def test_form_of_the_message_command_names_its_message() -> None:
    body = {"kind": "submitted", "interaction": asked(), "custom_id": f"runon:{GENERAL}:777",
            "fields": {"team": "coder", "instructions": " sum up "}}  # fmt: skip

    intent = understood(body)

    assert isinstance(intent, RunOnThis)
    assert (intent.message, intent.text, intent.team) == ("777", "sum up", "coder")


@pytest.mark.parametrize(
    "custom_id",
    ["runon:666:777", "runon:20", "runon:20:x", "runon:20:7:7", f"run:req-1:approve:2:{NONCE}", "their form"],
)
def test_forms_about_elsewhere_or_of_others_are_ignored(custom_id: str) -> None:
    body = {"kind": "submitted", "interaction": asked(), "custom_id": custom_id, "fields": {}}

    assert isinstance(understood(body), Ignored)


def test_commands_of_others_and_unknown_kinds_are_ignored() -> None:
    assert isinstance(understood(command("dance")), Ignored)
    assert isinstance(understand("typing", {}, ME), Ignored)
