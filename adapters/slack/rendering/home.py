"""The App Home: a person's conversations, those that wait for them first, and the models' state. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from adapters.chat.content.names import shown_name
from adapters.slack import ids
from adapters.slack.rendering.blocks import dated, plain, small, words
from adapters.slack.rendering.inert import inert
from bot.domain import ConversationId, ConversationSummary, Json
from bot.texts import say

MOST_SHOWN = 40
"""Conversations; a view takes 100 blocks."""


def home(
    conversations: Sequence[ConversationSummary], *, links: Mapping[ConversationId, str], models: str, language: str
) -> Json:
    """Return the App Home's view.

    Args:
        conversations: The person's, in the order in which they are shown.
        links: Slack's own permalinks of their threads, as far as they are known.
        models: The line on the model host's state.
        language: Of the person.
    """
    shown = conversations[:MOST_SHOWN]
    waiting = [each for each in shown if each.waiting]
    others = [each for each in shown if not each.waiting]
    blocks = [
        *_group("chat_listed_waiting", waiting, links, language),
        *_group("chat_listed_others", others, links, language),
    ]
    if not shown:
        blocks += words(say("chat_listed_none", language))
    if len(conversations) > len(shown):
        blocks.append(small(say("chat_listed_more", language, count=len(conversations) - len(shown))))
    blocks += [_header("chat_listed_models", language), small(inert_line(models))]
    return {"type": "home", "blocks": blocks}


def inert_line(line: str) -> str:
    """Return a line for a place that holds no markup."""
    return plain(line, 2_000)["text"]  # type: ignore[no-any-return]  # the text of a text object


def _header(text_id: str, language: str) -> Json:
    return {"type": "header", "text": plain(say(text_id, language), 150)}


def _group(
    text_id: str, group: Sequence[ConversationSummary], links: Mapping[ConversationId, str], language: str
) -> Iterator[Json]:
    if group:
        yield _header(text_id, language)
    for each in group:
        title = {"type": "section", "text": plain(each.title or say("chat_listed_untitled", language), 300)}
        link = links.get(each.conversation, "")
        yield {**title, "accessory": _open(link, language)} if link.startswith("https://") else title
        yield _state(each, language)


def _open(link: str, language: str) -> Json:
    return {
        "type": "button",
        "action_id": ids.OPEN,
        "text": plain(say("slack_home_open", language), 75),
        "url": link,
    }


def _state(each: ConversationSummary, language: str) -> Json:
    status = say(f"chat_status_{each.status.value if each.status else 'new'}", language)
    if each.started_at is None:
        return small(say("chat_listed_line", language, team=shown_name(each.team), status=status))
    team = inert(shown_name(each.team))
    return dated(say("chat_listed_line_at", language, team=team, status=status, when="{when}"), each.started_at)
