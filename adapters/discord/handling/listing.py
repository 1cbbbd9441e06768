"""A person's conversations, those that wait for them first, and the models' state, as Discord shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.chat.content.names import one_line, shown_name
from adapters.discord.ids import DIRECT
from adapters.discord.rendering.inert import escaped
from bot.domain import ConversationSummary, ThreadRef
from bot.texts import say

LONGEST_TITLE = 100


def listed(conversations: Sequence[ConversationSummary], *, models: str, most: int, language: str) -> str:
    """Return the list.

    Args:
        conversations: The person's, in the order in which they are shown.
        models: The line on the model host's state.
        most: So many are shown; the rest is counted.
        language: Of the person.
    """
    shown = conversations[:most]
    lines = [
        *_group("chat_listed_waiting", [each for each in shown if each.waiting], language),
        *_group("chat_listed_others", [each for each in shown if not each.waiting], language),
    ]
    if not shown:
        lines.append(escaped(say("discord_listed_none", language)))
    if len(conversations) > len(shown):
        lines.append("-# " + escaped(say("chat_listed_more", language, count=len(conversations) - len(shown))))
    return "\n".join([*lines, _heading("chat_listed_models", language), "-# " + escaped(" ".join(models.split()))])


def _heading(text_id: str, language: str) -> str:
    return f"**{escaped(say(text_id, language))}**"


def _group(text_id: str, group: Sequence[ConversationSummary], language: str) -> Iterator[str]:
    if group:
        yield _heading(text_id, language)
    for each in group:
        title = escaped(one_line(each.title, LONGEST_TITLE) or say("chat_listed_untitled", language))
        yield f"- {title}{_link(each)}"
        yield f"-# {_state(each, language)}"


def _link(each: ConversationSummary) -> str:
    """Return Discord's own link to a thread, which shows its name and pings nobody."""
    thread = ThreadRef.parse(each.conversation)
    return "" if thread.workspace == DIRECT else f" <#{thread.thread}>"


def _state(each: ConversationSummary, language: str) -> str:
    status = say(f"chat_status_{each.status.value if each.status else 'new'}", language)
    team = escaped(shown_name(each.team))
    if each.started_at is None:
        return say("chat_listed_line", language, team=team, status=status)
    when = f"<t:{int(each.started_at.timestamp())}:f>"
    return say("chat_listed_line_at", language, team=team, status=status, when=when)
