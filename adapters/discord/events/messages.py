"""What a message means, and its edits. Pure.

The table of it, first match first:

what                                            | means
------------------------------------------------|---------------------------------------------
edited, deleted                                 | Changed, where a person's message counts
Discord's own notes, our own, another bot's     | Ignored
without an author or a place                    | Ignored
`mute`, `stop` alone, to the bot                | Mute, Stop
`help` or nothing at all, to the bot, no reply  | HelpHere
mentions the bot, or is a direct message        | Said, addressed
in a channel otherwise                          | Ignored
in a thread, mentioning or replying to others   | Ignored: people talk to each other
in a thread                                     | Said, not addressed
"""

from __future__ import annotations

from adapters.chat.handling.about import About
from adapters.chat.handling.intents import Ignored
from adapters.chat.handling.payload import at, object_at, objects_at, text_at, texts_at
from adapters.chat.handling.words import Steering, steering, words_said
from adapters.discord.events.intents import Changed, HelpHere, Intent, Me, Mute, Said, Stop
from adapters.discord.events.payload import id_at, shared_files, standing, thread_ref
from adapters.discord.events.words import forwarded, mentions, plain, without_mention
from adapters.discord.ids import read_custom_id
from bot.domain import Json, Person

PEOPLES = (0, 19)
"""Discord's numbers of what somebody said: a message, and a reply to one; all others are notes of its own."""
_STEERING: dict[Steering, type[Mute | Stop | HelpHere]] = {
    Steering.MUTE: Mute,
    Steering.STOP: Stop,
    Steering.HELP: HelpHere,
}
NOBODY = Person(id="0", name="")
"""Who took a message back of which Discord tells only that it is gone."""


def message(body: Json, me: Me) -> Intent:
    """Understand a message."""
    found = object_at(body, "message")
    said = _said(found, me)
    if isinstance(said, Ignored):
        return said
    if not said.addressed:
        return _overheard(said)
    return said if said.files else _steering(said)


def edited(body: Json, me: Me) -> Intent:
    """Understand a message's new text."""
    said = _said(object_at(body, "message"), me)
    if isinstance(said, Ignored):
        return said
    return Changed(
        thread=said.thread,
        message=said.message,
        person=said.person,
        in_thread=said.in_thread,
        direct=said.direct,
        text=said.text,
    )


def deleted(body: Json, me: Me) -> Intent:
    """Understand that a message was taken back; of many, Discord does not tell whose they were."""
    found = object_at(body, "message")
    place = object_at(found, "place")
    thread, identity = thread_ref(place, id_at(found, "id")), id_at(found, "id")
    if thread is None or not identity:
        return Ignored(reason="without a place")
    if text_at(place, "kind") == "channel":
        return Ignored(reason="not in a thread")
    person = _person(object_at(found, "author"), id_at(place, "guild"))
    if person is not None and person.id == me.user:
        return Ignored(reason="our own message")
    return Changed(
        thread=thread,
        message=identity,
        person=person or NOBODY,
        in_thread=text_at(place, "kind") == "thread",
        direct=text_at(place, "kind") == "direct",
        text="",
    )


def is_ours(message: Json, me: Me) -> bool:
    """Whether the bot wrote a message: as itself, by a webhook of its application, or in answer to a command."""
    if id_at(message, "author", "id") == me.user:
        return True
    return bool(me.application) and text_at(message, "application") == me.application


def is_said(message: Json) -> bool:
    """Whether somebody said it; otherwise it is a note of Discord's: a pin, a join, a thread that was made."""
    return at(message, "type") in PEOPLES


def words_of(message: Json) -> str:
    """Return what somebody said in words: the text, what it forwards and its files' names; of a note, nothing."""
    if not is_said(message):
        return ""
    files = ", ".join(file.name for file in shared_files(message, "files"))
    parts = (plain(message), forwarded(message), f"[{files}]" if files else "")
    return "\n\n".join(part for part in parts if part)


def _said(message: Json, me: Me) -> Said | Ignored:
    wrong = _not_for_us(message, me)
    if wrong:
        return Ignored(reason=wrong)
    identity, place = id_at(message, "id"), object_at(message, "place")
    person = _person(object_at(message, "author"), id_at(place, "guild"), webhook=id_at(message, "webhook"))
    thread = thread_ref(place, identity)
    if thread is None or person is None or not identity:
        return Ignored(reason="without an author or a place")
    direct = text_at(place, "kind") == "direct"
    addressed = direct or _mentions_me(message, me)
    text = plain(without_mention(message, me.user))
    words = words_said(text, me.teams, addressed=addressed)
    return Said(
        thread=thread,
        message=identity,
        person=person,
        in_thread=text_at(place, "kind") == "thread",
        direct=direct,
        text="\n\n".join(part for part in (words.text.strip(), forwarded(message)) if part),
        files=shared_files(message, "files"),
        mentions=_mentions_others(message, me, person) or _replies_to_other(message, person),
        addressed=addressed,
        team=words.team,
        about=_about(message, me),
        reply_to=id_at(message, "reply_to", "id"),
        edited=at(message, "edited") is True,
    )


def _not_for_us(message: Json, me: Me) -> str:
    """Say why a message is nothing to us; empty: it may be for us."""
    if not is_said(message):
        return "a note of Discord's"
    if is_ours(message, me):
        return "our own message"
    by_bot = at(message, "author", "bot") is True or bool(text_at(message, "webhook"))
    ids = {id_at(message, "author", "id"), id_at(message, "webhook")} - {""}
    return "another bot's message" if by_bot and not ids & me.allowed_bots else ""


def _person(author: Json, guild: str, *, webhook: str = "") -> Person | None:
    identity = id_at(author, "id")
    if not identity:
        return None
    name = " ".join(text_at(author, "name").split()) or identity
    if webhook:
        return Person(id=identity, name=name, bot=True)
    return Person(id=identity, name=name, bot=at(author, "bot") is True, **standing(author, guild))


def _mentions_me(message: Json, me: Me) -> bool:
    listed = any(id_at(each, "id") == me.user for each in objects_at(message, "mentions"))
    return listed or mentions(text_at(message, "content"), me.user)


def _mentions_others(message: Json, me: Me, author: Person) -> bool:
    others = {id_at(each, "id") for each in objects_at(message, "mentions")} - {me.user, author.id, ""}
    return bool(others) or at(message, "groups") is True


def _replies_to_other(message: Json, author: Person) -> bool:
    """Whether a message is a reply to another person's, which it need not mention."""
    return at(message, "reply_to", "by_person") is True and id_at(message, "reply_to", "author") != author.id


def _about(message: Json, me: Me) -> About | None:
    """Return the request whose card a message is a reply to."""
    if id_at(message, "reply_to", "author") != me.user:
        return None
    found = (read_custom_id(each) for each in texts_at(message, "reply_to", "buttons"))
    about = next((each[1] for each in found if each is not None), None)
    return About(request=about.request, nonce=about.nonce) if about is not None else None


def _overheard(said: Said) -> Intent:
    if not said.in_thread:
        return Ignored(reason="not addressed")
    return Ignored(reason="people talk to each other") if said.mentions else said


def _steering(said: Said) -> Intent:
    """Return what a word that steers means, or else what was said."""
    word = steering(said.text, in_thread=said.in_thread)
    if word is not None:
        return _without_words(said, _STEERING[word])
    if not said.text and not (said.in_thread or said.direct or said.reply_to):
        return _without_words(said, HelpHere)
    return said


def _without_words(said: Said, intent: type[Mute | Stop | HelpHere]) -> Mute | Stop | HelpHere:
    return intent(
        thread=said.thread,
        message=said.message,
        person=said.person,
        in_thread=said.in_thread,
        direct=said.direct,
    )
