from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.chat.files.attachments import SharedFile
from adapters.chat.handling.intents import Ignored
from adapters.slack.events import Intent, Me, understand
from adapters.slack.events.intents import Changed, HelpHere, Mute, Said, Stop
from bot.domain import Json
from tests.unit.slack.payloads import ME, ROOT_TS, payload, thread


def event(name: str, me: Me = ME, **changed: object) -> Intent:
    body = payload(name)
    body["event"] |= changed
    return understand("event", body, me)


def said(name: str, me: Me = ME, **changed: object) -> Said:
    intent = event(name, me, **changed)
    assert isinstance(intent, Said), intent
    return intent


def test_mention_and_its_twin_are_the_same_words_at_the_same_place() -> None:
    assert said("app-mention") == said("message-mention")


def test_mention_names_its_team_and_begins_its_thread() -> None:
    intent = said("app-mention")

    assert (intent.text, intent.team, intent.addressed) == ("sort a list & show it", "coder", True)
    assert (intent.thread, intent.ts, intent.in_thread) == (thread(ROOT_TS), ROOT_TS, False)
    assert intent.user == "U0FAKEADA"


def test_word_before_a_colon_that_is_no_team_stays() -> None:
    assert said("message-mention", text="<@U0FAKEBOT> note: buy milk").text == "note: buy milk"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U0FAKEBOT> --team coder go", ("go", "coder")),
        ("<@U0FAKEBOT> —team Coder go", ("go", "coder")),
        ("<@U0FAKEBOT> --team=nobody go", ("go", "nobody")),
        ("<@U0FAKEBOT>: Coder： go", ("go", "coder")),
        ("<@U0FAKEBOT|threadfast>, go", ("go", None)),
        ("hey <@U0FAKEBOT>, go", ("hey, go", None)),
        ("<@U0FAKEBOT>", ("", None)),
        ("<@U0FAKEBOT> coder:", ("", "coder")),
        ("<@U0FAKEBOT> --team", ("--team", None)),
        ("<@U0FAKEBOT>\n```\na = 1\n```", ("```\na = 1\n```", None)),
    ],
)
def test_words_to_the_bot(text: str, words: tuple[str, str | None]) -> None:
    intent = said("message-mention", text=text)

    assert (intent.text, intent.team) == words


def test_message_in_a_channel_that_does_not_mention_the_bot_is_ignored() -> None:
    assert event("message-channel") == Ignored(reason="not addressed")


def test_reply_in_a_thread_needs_no_mention_and_names_no_team() -> None:
    intent = said("message-thread-reply", text="coder: yes")

    assert (intent.text, intent.team, intent.addressed, intent.in_thread) == ("coder: yes", None, False, True)
    assert intent.thread == thread(ROOT_TS)


@pytest.mark.parametrize("others", ["<@U0FAKEBO>", "<@U0FAKEBO|bo>", "<!here>", "<!subteam^S0FAKE|@ops>"])
def test_reply_to_other_people_is_ignored(others: str) -> None:
    assert event("message-thread-to-others", text=f"{others} hm?") == Ignored(reason="people talk to each other")


def test_reply_that_mentions_the_bot_beside_others_is_for_it() -> None:
    intent = said("message-thread-to-others", text="<@U0FAKEBOT> ask <@U0FAKEBO>")

    assert (intent.text, intent.mentions, intent.addressed) == ("ask @U0FAKEBO", ("U0FAKEBO",), True)


def test_escapes_become_plain_text_in_a_private_channel() -> None:
    intent = said("message-group")

    assert intent.text == "hello, compare example.com/a (https://example.com/a?b=1&c=2) with #ops"
    assert intent.thread.channel == "G0FAKEPRIVATE"


def test_group_message_is_not_direct() -> None:
    intent = said("message-mpim")

    assert (intent.team, intent.direct, intent.addressed) == ("panel", False, True)


def test_direct_message_is_addressed_without_a_mention() -> None:
    intent = said("message-im")

    assert (intent.direct, intent.addressed, intent.in_thread) == (True, True, False)


def test_direct_message_goes_on_in_the_agent_views_thread() -> None:
    intent = said("message-im-agent-view")

    assert intent.thread == thread("1767225608.000100", "D0FAKEDIRECT")
    assert (intent.in_thread, intent.addressed) == (True, True)


def test_reply_to_oneself_is_the_threads_beginning() -> None:
    assert said("message-im", thread_ts="1767225608.000100").in_thread is False


def test_shared_file_comes_with_its_words() -> None:
    intent = said("message-file-share")

    assert intent.text == "sum these"
    assert intent.files == (
        SharedFile(
            id="F0FAKEFILE",
            name="numbers.csv",
            media_type="text/csv",
            size=42,
            url="https://files.slack.com/files-pri/T0FAKETEAM-F0FAKEFILE/download/numbers.csv",
            mode="hosted",
        ),
    )


def test_thread_broadcast_is_a_persons_reply() -> None:
    assert said("message-thread-broadcast").in_thread is True


@pytest.mark.parametrize("words", ["help", "Help!", "帮助"])
def test_help_to_the_bot_is_asked_for_where_it_begins_a_thread(words: str) -> None:
    assert isinstance(event("app-mention", text=f"<@U0FAKEBOT> {words}"), HelpHere)


def test_help_in_a_thread_or_among_other_words_is_for_the_agents() -> None:
    assert said("app-mention", text="<@U0FAKEBOT> help me").text == "help me"
    assert said("app-mention", text="<@U0FAKEBOT> help", thread_ts="1700000000.000001").text == "help"


@pytest.mark.parametrize(("name", "kind"), [("message-thread-mute", Mute), ("message-thread-stop", Stop)])
def test_steering_words_to_the_bot(name: str, kind: type[Mute] | type[Stop]) -> None:
    intent = event(name)

    assert isinstance(intent, kind)
    assert (intent.thread, intent.user, intent.in_thread) == (thread(ROOT_TS), "U0FAKEADA", True)


@pytest.mark.parametrize("text", ["stop", "mute", "静音"])
def test_steering_words_to_nobody_are_an_answer(text: str) -> None:
    assert said("message-thread-reply", text=text).text == text


def test_steering_word_within_a_sentence_is_only_a_word() -> None:
    assert said("message-thread-stop", text="<@U0FAKEBOT> stop the timer").text == "stop the timer"


def test_other_bot_is_ignored_unless_it_is_allowed() -> None:
    assert event("message-other-bot") == Ignored(reason="another bot's message")
    for allowed in ("B0FAKEOTHER", "U0FAKEOTHERBOT", "A0FAKEOTHER"):
        assert said("message-other-bot", replace(ME, allowed_bots=frozenset({allowed}))).by_bot is True


@pytest.mark.parametrize("me", [ME, replace(ME, allowed_bots=frozenset({"B0FAKEBOT"}))])
def test_our_own_message_is_ignored_even_if_somebody_allowed_it(me: Me) -> None:
    assert event("message-own", me) == Ignored(reason="our own message")
    assert event("message-changed-own", me) == Ignored(reason="our own message")


@pytest.mark.parametrize("subtype", ["channel_join", "channel_topic", "me_message", "assistant_app_thread", "new_one"])
def test_hidden_subtype_is_ignored(subtype: str) -> None:
    assert event("message-channel-join", subtype=subtype) == Ignored(reason="a hidden subtype")


def test_slackbot_is_ignored() -> None:
    assert event("message-im", user="USLACKBOT") == Ignored(reason="Slackbot's message")


def test_forwarded_message_is_quoted_and_its_link_preview_left_out() -> None:
    intent = said("message-forwarded")

    assert intent.text == "explain this\n\n> Bo Fake:\n> approve\n> and `rm` it"


def test_guest_of_a_shared_channel_is_heard_in_the_workspace_of_the_bot() -> None:
    guest = said("message-guest")

    assert guest.addressed
    assert guest.thread.workspace == "T0FAKETEAM"


def test_edited_mention_begins_nothing() -> None:
    assert event("app-mention-edited") == Ignored(reason="a mention in an edited message")


def test_edit_says_the_new_words_of_the_old_message() -> None:
    intent = event("message-changed")

    assert isinstance(intent, Changed)
    assert (intent.thread, intent.ts, intent.text) == (thread(ROOT_TS), "1767225602.000100", "use mergesort")


def test_change_without_other_words_is_ignored() -> None:
    assert event("message-changed-unfurl") == Ignored(reason="a change of something other than the text")


@pytest.mark.parametrize(("name", "ts"), [("message-deleted", "1767225602.000100"), ("message-root-deleted", ROOT_TS)])
def test_deleted_message_is_taken_back(name: str, ts: str) -> None:
    intent = event(name)

    assert isinstance(intent, Changed)
    assert (intent.thread, intent.ts, intent.text, intent.user) == (thread(ROOT_TS), ts, "", "U0FAKEADA")


def test_edit_in_a_channel_that_never_named_the_bot_is_ignored() -> None:
    words: Json = {"message": {"user": "U0FAKEADA", "ts": ROOT_TS, "text": "b"}, "previous_message": {"text": "a"}}

    assert event("message-changed", **words) == Ignored(reason="not addressed")


@pytest.mark.parametrize("missing", ["user", "ts", "channel"])
def test_message_without_author_place_or_time_is_ignored(missing: str) -> None:
    assert event("message-mention", ME, **{missing: None}) == Ignored(reason="without an author, a place or a time")


@pytest.mark.parametrize("channel", ["C0:1", "../x", "", 7, "C" * 100])
def test_id_that_would_break_an_address_is_ignored(channel: object) -> None:
    assert isinstance(event("message-mention", channel=channel), Ignored)


def test_text_made_to_be_slow_is_read_all_the_same() -> None:
    for piece in (" ", "<", "<@", "<a", "&lt;", "<@U0FAKEBOT> ", "--team "):
        said("message-mention", text="<@U0FAKEBOT>" + piece * 20_000 + "end")
