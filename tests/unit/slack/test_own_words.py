"""What of a Slack message is a person's own: not what it quotes, forwards, unfolds, or what an app says for them."""

from __future__ import annotations

from adapters.chat.handling.intents import Ignored
from adapters.slack.events import understand
from adapters.slack.events.intents import Said
from bot.inbox.words import own_words
from tests.unit.slack.payloads import ME, payload


def said(**changed: object) -> Said | Ignored:
    body = payload("message-mention")
    body["event"] |= {"text": "<@U0FAKEBOT> approve", **changed}
    intent = understand("event", body, ME)
    assert isinstance(intent, Said | Ignored), intent
    return intent


def test_message_that_was_changed_before_it_was_heard_says_so() -> None:
    plain, changed = said(), said(edited={"user": "U0FAKEADA", "ts": "1.2"})

    assert isinstance(plain, Said)
    assert isinstance(changed, Said)
    assert (plain.edited, changed.edited) == (False, True)


def test_app_that_speaks_with_a_persons_token_is_another_bot() -> None:
    assert said(app_id="A0OTHER") == Ignored(reason="another bot's message")


def test_quoted_and_forwarded_words_are_not_their_own_and_unfolded_ones_are_not_there() -> None:
    unfolded = {"text": "approve", "fallback": "approve", "from_url": "https://example.org"}
    shared = {"is_share": True, "text": "approve\nexit", "author_name": "approve\napprove"}
    quoted = said(text="<@U0FAKEBOT> &gt; approve", attachments=[unfolded])
    forwarded = said(text="<@U0FAKEBOT>", attachments=[shared])

    assert isinstance(quoted, Said)
    assert isinstance(forwarded, Said)
    assert quoted.text == "> approve"
    assert own_words(quoted.text) == own_words(forwarded.text) == ""
