"""What a message in a channel or a direct message means, and its edits. Pure.

The table of it, first match first:

what                                          | means
----------------------------------------------|---------------------------------------------
edited, deleted                               | Changed, where a person's text differs
a hidden subtype, our own, another bot's      | Ignored
without an author, a place or a time          | Ignored
`mute`, `stop` alone, to the bot              | Mute, Stop
`help` alone, to the bot, no reply            | HelpHere
mentions the bot, or is a direct message      | Said, addressed
begins a thread otherwise                     | Ignored
a reply that mentions others                  | Ignored: people talk to each other
a reply                                       | Said, not addressed
"""

from __future__ import annotations

from adapters.chat.files.attachments import SharedFile
from adapters.chat.handling.intents import Ignored
from adapters.chat.handling.payload import at, object_at, objects_at, text_at
from adapters.chat.handling.words import Steering, steering, words_said
from adapters.slack.events.intents import Changed, HelpHere, Intent, Me, Mute, Said, Stop
from adapters.slack.events.payload import id_at, thread_ref, ts_at
from adapters.slack.events.words import mentioned, mentions_group, plain, without_mention
from bot.domain import Json

_PEOPLES = frozenset({"", "thread_broadcast", "file_share", "bot_message"})
"""Subtypes of what somebody said; all others are Slack's own notes."""
_SLACKBOT = "USLACKBOT"
_STEERING: dict[Steering, type[Mute | Stop | HelpHere]] = {
    Steering.MUTE: Mute,
    Steering.STOP: Stop,
    Steering.HELP: HelpHere,
}


def mention(event: Json, me: Me) -> Intent:
    """Understand `app_mention`: the twin of a message where the bot is a member."""
    # An edit delivers it again, and never begins anything; `message_changed` tells of the edit itself.
    if at(event, "edited") is not None:
        return Ignored(reason="a mention in an edited message")
    return _said(event, me, mentioned_me=True)


def message(event: Json, me: Me) -> Intent:
    """Understand `message` in all its subtypes."""
    subtype = text_at(event, "subtype")
    if subtype == "message_changed":
        return _changed(event, me)
    if subtype == "message_deleted":
        return _deleted(event, me, text_at(event, "deleted_ts"))
    return _said(event, me)


def shared_files(message: Json) -> tuple[SharedFile, ...]:
    """Return the files of a message; one without an id is nothing that could be fetched or named."""
    return tuple(_file(each) for each in objects_at(message, "files") if id_at(each, "id"))


def quoted(message: Json) -> str:
    """Return the messages that a message forwards, quoted with their authors: never the person's own words."""
    shares = [each for each in objects_at(message, "attachments") if at(each, "is_share") is True]
    return "\n\n".join(_quote(share) for share in shares)


def _said(event: Json, me: Me, *, mentioned_me: bool = False) -> Intent:
    wrong = _not_for_us(event, me)
    said = Ignored(reason=wrong) if wrong else _read(event, me, mentioned_me=mentioned_me)
    if isinstance(said, Ignored):
        return said
    if not said.addressed:
        return _overheard(event, said)
    if said.files:
        return said
    return _steering(said)


def _steering(said: Said) -> Intent:
    """Return what a word that steers means, or else what was said."""
    word = steering(said.text, in_thread=said.in_thread)
    if word is None:
        return said
    intent = _STEERING[word]
    return intent(thread=said.thread, ts=said.ts, user=said.user, in_thread=said.in_thread, direct=said.direct)


def _overheard(event: Json, said: Said) -> Intent:
    if not said.in_thread:
        return Ignored(reason="not addressed")
    if said.mentions or mentions_group(text_at(event, "text")):
        return Ignored(reason="people talk to each other")
    return said


def _not_for_us(event: Json, me: Me) -> str:
    """Say why a message is nothing to us; empty: it may be for us."""
    if text_at(event, "subtype") not in _PEOPLES:
        return "a hidden subtype"
    authors = _authors(event)
    if authors & {me.user, me.bot, me.app} - {""}:
        return "our own message"
    if _SLACKBOT in authors:
        return "Slackbot's message"
    if _by_bot(event) and not authors & me.allowed_bots:
        return "another bot's message"
    return ""


def _authors(event: Json) -> set[str]:
    """Return the ids that say who wrote a message."""
    ids = (text_at(event, "user"), text_at(event, "bot_id"), text_at(event, "app_id"))
    return {each for each in ids if each}


def _by_bot(event: Json) -> bool:
    # An app that speaks with a person's own token is a program as well.
    ids = text_at(event, "bot_id") or text_at(event, "app_id")
    return bool(ids or object_at(event, "bot_profile") or text_at(event, "subtype") == "bot_message")


def _read(event: Json, me: Me, *, mentioned_me: bool = False) -> Said | Ignored:
    ts, user = ts_at(event, "ts"), id_at(event, "user") or id_at(event, "bot_id")
    root = ts_at(event, "thread_ts") or ts
    thread = thread_ref(me.workspace, id_at(event, "channel"), root)
    if thread is None or not ts or not user:
        return Ignored(reason="without an author, a place or a time")
    raw, direct = text_at(event, "text"), _direct(event)
    addressed = mentioned_me or direct or me.user in mentioned(raw)
    text = plain(without_mention(raw, me.user))
    words = words_said(text, me.teams, addressed=addressed)
    return Said(
        thread=thread,
        ts=ts,
        user=user,
        in_thread=root != ts,
        direct=direct,
        text="\n\n".join(part for part in (words.text.strip(), quoted(event)) if part),
        files=shared_files(event),
        mentions=_others(raw, me),
        addressed=addressed,
        team=words.team,
        by_bot=_by_bot(event),
        edited=at(event, "edited") is not None,
    )


def _others(raw: str, me: Me) -> tuple[str, ...]:
    return tuple(each for each in mentioned(raw) if each != me.user)


def _direct(event: Json) -> bool:
    kind = text_at(event, "channel_type")
    return kind == "im" or (not kind and text_at(event, "channel").startswith("D"))


def _changed(event: Json, me: Me) -> Intent:
    new, old = object_at(event, "message"), object_at(event, "previous_message")
    if text_at(new, "subtype") == "tombstone":
        return _deleted(event, me, text_at(new, "ts"))
    # Links that unfold, and replies that are counted, arrive as changes too.
    if text_at(new, "text") == text_at(old, "text"):
        return Ignored(reason="a change of something other than the text")
    return _edit(new, event, me)


def _deleted(event: Json, me: Me, ts: str) -> Intent:
    return _edit({**object_at(event, "previous_message"), "text": "", "attachments": [], "ts": ts}, event, me)


def _edit(message: Json, event: Json, me: Me) -> Intent:
    placed = {**message, "channel": at(event, "channel"), "channel_type": at(event, "channel_type")}
    wrong = _not_for_us(placed, me)
    said = Ignored(reason=wrong) if wrong else _read(placed, me)
    if isinstance(said, Ignored):
        return said
    before = mentioned(text_at(event, "previous_message", "text"))
    if not (said.in_thread or said.addressed or me.user in before):
        return Ignored(reason="not addressed")
    return Changed(
        thread=said.thread,
        ts=said.ts,
        user=said.user,
        in_thread=said.in_thread,
        direct=said.direct,
        text=said.text,
        mentions=said.mentions,
    )


def _file(file: Json) -> SharedFile:
    size = at(file, "size")
    return SharedFile(
        id=id_at(file, "id"),
        name=text_at(file, "name") or text_at(file, "title") or id_at(file, "id"),
        media_type=text_at(file, "mimetype"),
        size=size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else 0,
        url=text_at(file, "url_private_download") or text_at(file, "url_private"),
        mode=text_at(file, "mode"),
    )


def _quote(share: Json) -> str:
    author = text_at(share, "author_name") or text_at(share, "author_id")
    lines = plain(text_at(share, "text") or text_at(share, "fallback")).splitlines()
    heading = f"> {' '.join(plain(author).split())}:\n" if author else ""
    return heading + "\n".join(f"> {line}" for line in lines)
