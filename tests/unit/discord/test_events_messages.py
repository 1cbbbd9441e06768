from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.chat.files.attachments import SharedFile
from adapters.chat.handling.about import About
from adapters.chat.handling.intents import Ignored
from adapters.discord.events import understand
from adapters.discord.events.intents import Changed, HelpHere, Mute, Said, Stop
from bot.domain import Json, Person, RequestId, ThreadRef
from tests.unit.discord.made import (
    ANNA,
    APP,
    BO,
    BOT,
    CHANNEL,
    DIRECT,
    DM,
    GENERAL,
    GUILD,
    IN_THREAD,
    ME,
    THREAD,
    edited,
    said,
)

HERE = ThreadRef(adapter="discord", workspace=GUILD, channel=GENERAL, thread=THREAD)


def heard(content: str, **more: object) -> Said:
    intent = understand("message", said(content, **more), ME)
    assert isinstance(intent, Said), intent
    return intent


def ignored(body: Json) -> str:
    intent = understand(str(body["kind"]), body, ME)
    assert isinstance(intent, Ignored), intent
    return intent.reason


def test_mention_in_a_channel_is_said_in_the_thread_that_is_made_of_it() -> None:
    intent = heard(f"<@{BOT}> write a haiku", identity="1000")

    assert intent.thread == ThreadRef(adapter="discord", workspace=GUILD, channel=GENERAL, thread="1000")
    assert (intent.text, intent.addressed, intent.in_thread, intent.direct) == ("write a haiku", True, False, False)
    assert intent.person == Person(id=ANNA, name="Anna")


def test_mention_in_a_thread_is_said_there() -> None:
    intent = heard(f"<@!{BOT}>, and now?", at=IN_THREAD)

    assert (intent.thread, intent.text, intent.addressed, intent.in_thread) == (HERE, "and now?", True, True)


def test_direct_messages_are_one_thread_and_always_addressed() -> None:
    intent = heard("hello", at=DIRECT)

    assert intent.thread == ThreadRef(adapter="discord", workspace="dm", channel=DM, thread=DM)
    assert (intent.addressed, intent.in_thread, intent.direct) == (True, False, True)


def test_reply_in_a_thread_needs_no_mention() -> None:
    intent = heard("17 syllables", at=IN_THREAD)

    assert (intent.text, intent.addressed) == ("17 syllables", False)


@pytest.mark.parametrize("more", [{}, {"files": [{"id": "7", "name": "a", "url": "https://cdn/a"}]}])
def test_reply_to_another_person_is_talk_between_people_also_without_a_mention(more: dict[str, Any]) -> None:
    reply = {"id": "999", "author": BO, "by_person": True, "buttons": []}

    assert ignored(said("no, between us", at=IN_THREAD, reply_to=reply, **more)) == "people talk to each other"
    assert heard(f"<@{BOT}> and you?", at=IN_THREAD, reply_to=reply, **more).addressed


@pytest.mark.parametrize(("author", "by_person"), [(BOT, False), ("77", False), (ANNA, True), ("", False)])
def test_reply_to_an_agent_to_oneself_or_to_what_is_unknown_is_for_the_team(author: str, by_person: bool) -> None:
    reply = {"id": "999", "author": author, "by_person": by_person, "buttons": []}

    assert heard("shorter", at=IN_THREAD, reply_to=reply).text == "shorter"


def test_mention_by_the_bots_own_role_counts() -> None:
    own = {"mentions": [{"id": BOT, "name": "Threadfast"}], "roles": {"77": "Threadfast"}}

    intent = heard("<@&77> write a haiku", **own)

    assert (intent.text, intent.addressed) == ("write a haiku", True)


def test_reply_that_pings_the_bot_is_addressed() -> None:
    assert heard("and shorter", at=IN_THREAD, mentions=[{"id": BOT, "name": "Threadfast"}]).addressed


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (f"<@{BOT}> ask <@{BO}> in <#5> or <@&6>", "ask @Bo in #ideas or @makers"),
        (f"<@{BOT}> <:party:123> <a:wave:456> now", ":party: :wave: now"),
        (f"<@{BOT}> who is <@777>?", "who is @777?"),
        (f"<@{BOT}> at <t:1767603600:f>", "at 2026-01-05 09:00 UTC"),
        (f"<@{BOT}> see </ask:99>", "see /ask"),
        (f"write <@{BOT}> a haiku", "write a haiku"),
        (f"<@{BOT}> a < b and <b> & c", "a < b and <b> & c"),
        (f"<@{BOT}> <t:999999999999:R>", "999999999999"),
    ],
)
def test_words_are_what_a_reader_sees(content: str, text: str) -> None:
    assert heard(content, channels={"5": "ideas"}, roles={"6": "makers"}).text == text


@pytest.mark.parametrize(
    ("content", "team", "text"),
    [
        ("coder: primes", "coder", "primes"),
        ("--team panel which one", "panel", "which one"),
        ("--team nobody hi", "nobody", "hi"),
        ("note: this", None, "note: this"),
    ],
)
def test_team_is_named_in_words(content: str, team: str | None, text: str) -> None:
    intent = heard(f"<@{BOT}> {content}")

    assert (intent.team, intent.text) == (team, text)


def test_who_does_not_speak_to_the_bot_names_no_team() -> None:
    intent = heard("panel: yes", at=IN_THREAD)

    assert (intent.team, intent.text) == (None, "panel: yes")


@pytest.mark.parametrize(
    ("content", "kind"), [("stop", Stop), ("Mute.", Mute), ("停止", Stop), ("help", HelpHere), ("", HelpHere)]
)
def test_word_alone_to_the_bot_steers(content: str, kind: type) -> None:
    assert isinstance(understand("message", said(f"<@{BOT}> {content}"), ME), kind)


def test_help_and_silence_in_a_thread_are_for_the_agents() -> None:
    assert heard(f"<@{BOT}> help", at=IN_THREAD).text == "help"
    assert heard(f"<@{BOT}>", at=IN_THREAD).text == ""


def test_mention_alone_in_reply_to_a_message_asks_about_it() -> None:
    intent = heard(f"<@{BOT}>", reply_to={"id": "999", "author": BO, "buttons": []})

    assert (intent.text, intent.reply_to) == ("", "999")


def test_word_with_a_file_is_said() -> None:
    files = [{"id": "7", "name": "a.txt", "media_type": "text/plain", "size": 3, "url": "https://cdn/a.txt"}]

    intent = heard(f"<@{BOT}> stop", files=files)

    assert intent.files == (SharedFile(id="7", name="a.txt", media_type="text/plain", size=3, url="https://cdn/a.txt"),)


def test_forwarded_messages_are_quoted_and_never_the_persons_own_words() -> None:
    intent = heard(f"<@{BOT}> sum up", forwarded=["first\nsecond", "other"])

    assert intent.text == "sum up\n\n> first\n> second\n\n> other"
    assert heard("", at=DIRECT, forwarded=["stop"]).text == "> stop"


def test_reply_to_a_card_is_about_its_request() -> None:
    buttons = ["other", "run:req-1:approve:2:0123456789abcdef"]

    intent = heard("yes", at=IN_THREAD, reply_to={"id": "999", "author": BOT, "buttons": buttons})
    elsewhere = heard("yes", at=IN_THREAD, reply_to={"id": "999", "author": BO, "buttons": buttons})

    assert intent.about == About(request=RequestId("req-1"), nonce="0123456789abcdef")
    assert elsewhere.about is None


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"author": {"id": BOT, "name": "Threadfast", "bot": True}}, "our own message"),
        ({"author": {"id": "55", "name": "ada", "bot": True}, "webhook": "55", "application": APP}, "our own message"),
        ({"author": {"id": "66", "name": "CI", "bot": True}}, "another bot's message"),
        ({"author": {"id": "67", "name": "CI", "bot": False}, "webhook": "67"}, "another bot's message"),
        ({"type": 18}, "a note of Discord's"),
        ({"type": 6}, "a note of Discord's"),
        ({"type": 7}, "a note of Discord's"),
        ({"type": 21}, "a note of Discord's"),
        ({"author": {"name": "Nobody"}}, "without an author or a place"),
        ({"at": {**CHANNEL, "guild": ""}}, "without an author or a place"),
        ({"at": {**IN_THREAD, "parent": ""}}, "without an author or a place"),
    ],
)  # fmt: skip
def test_what_is_not_a_persons_is_ignored(more: dict[str, object], reason: str) -> None:
    assert ignored(said(f"<@{BOT}> hi", **more)) == reason


def test_bots_and_webhooks_that_are_allowed_are_heard_as_bots() -> None:
    me = replace(ME, allowed_bots=frozenset({"66", "67"}))
    ci = said(f"<@{BOT}> hi", author={"id": "66", "name": "CI", "bot": True})
    hook = said(f"<@{BOT}> hi", author={"id": "67", "name": "Hook", "bot": False}, webhook="67")

    for body in (ci, hook):
        intent = understand("message", body, me)
        assert isinstance(intent, Said)
        assert intent.person.bot


@pytest.mark.parametrize("mention", [{"content": f"<@{BO}> lunch?"}, {"content": "lunch?", "groups": True}])
def test_thread_is_left_alone_while_people_mention_each_other(mention: Json) -> None:
    more = {key: value for key, value in mention.items() if key != "content"}

    assert ignored(said(mention["content"], at=IN_THREAD, **more)) == "people talk to each other"


def test_who_answers_their_own_message_with_a_ping_talks_to_nobody_else() -> None:
    assert heard("I mean 5-7-5", at=IN_THREAD, mentions=[{"id": ANNA, "name": "Anna"}]).text == "I mean 5-7-5"


def test_channel_is_left_alone_without_a_mention() -> None:
    assert ignored(said("lunch?")) == "not addressed"


def test_edit_says_what_the_message_says_now() -> None:
    intent = understand("edited", edited(f"<@{BOT}> coder: primes", at=IN_THREAD), ME)

    assert isinstance(intent, Changed)
    assert (intent.thread, intent.message, intent.text) == (HERE, "1000", "primes")


def test_edit_that_takes_the_mention_out_of_a_channels_message_changes_what_was_said_in_its_thread() -> None:
    intent = understand("edited", edited("never mind", identity="1000"), ME)

    assert isinstance(intent, Changed)
    assert (intent.thread.thread, intent.message, intent.text) == ("1000", "1000", "never mind")


def test_edits_of_the_bots_own_messages_are_ignored() -> None:
    assert ignored(edited("x", at=IN_THREAD, author={"id": BOT, "name": "T", "bot": True})) == "our own message"


def test_message_that_was_taken_back_says_nothing_any_more() -> None:
    body = {"kind": "deleted", "message": {"id": "1000", "place": IN_THREAD, "author": None}}

    intent = understand("deleted", body, ME)

    assert isinstance(intent, Changed)
    assert (intent.thread, intent.message, intent.text) == (HERE, "1000", "")


@pytest.mark.parametrize(
    "message",
    [
        {"id": "1000", "place": CHANNEL, "author": None},
        {"id": "1000", "place": IN_THREAD, "author": {"id": BOT, "name": "T", "bot": True}},
        {"id": "", "place": IN_THREAD, "author": None},
        {"id": "1000", "place": {}, "author": None},
    ],
)
def test_deletions_that_are_nothing_to_us_are_ignored(message: Json) -> None:
    assert ignored({"kind": "deleted", "message": message})


def test_message_that_was_changed_before_it_was_heard_says_so() -> None:
    assert [heard(f"<@{BOT}> approve", edited=changed).edited for changed in (False, True)] == [False, True]
