"""Telling a run's starter directly how it ended, where its thread is gone."""

from __future__ import annotations

from dataclasses import replace

from adapters.chat.content.unshown import unshown
from adapters.chat.sending.directly import Directly
from adapters.slack.rendering.blocks import words
from adapters.slack.rendering.parts import Part, message
from adapters.slack.rendering.render import Rendered, render
from adapters.slack.sending.uploads import Place
from adapters.slack.web.api import SlackApi
from bot.domain import Person, Post, PostKind, ThreadRef
from bot.texts import say


class Direct(Directly[Place]):
    """Finds the direct messages of people, and the words that stand there."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def _opened(self, post: Post, starter: Person) -> Place | None:
        workspace = post.thread.workspace
        answer = await self._api.call(workspace, "conversations.open", users=starter.id)
        channel = str((answer.get("channel") or {}).get("id") or "")
        return Place(workspace=workspace, channel=channel, thread=None) if channel else None

    def worded(self, post: Post, rendered: Rendered) -> Rendered:
        """Return a rendered post with a line before it that says where it was to stand, and what stands nowhere after.

        Of the turns that were never shown the last one's words are given: what the run came to.
        """
        first, *others = rendered.parts
        where = {"type": "section", "text": {"type": "mrkdwn", "text": where_it_was(post.thread, post.language)}}
        return replace(rendered, parts=(replace(first, blocks=(where, *first.blocks)), *others, *_unshown(post)))


def _unshown(post: Post) -> tuple[Part, ...]:
    last = unshown(post)
    if last is None:
        return ()
    lead, turn = last
    shown = render(replace(post, kind=PostKind.TURN, turn=turn), bold_name=True)
    return (message(words(lead)), *shown.parts)


def where_it_was(thread: ThreadRef, language: str) -> str:
    """Return the sentence that names a thread which is gone, in Slack's markup."""
    seconds = thread.thread.partition(".")[0]
    when = f"<!date^{seconds}^{{date_short_pretty}} {{time}}|{thread.thread}>" if seconds.isdigit() else thread.thread
    return say("slack_told_directly", language, channel=f"<#{thread.channel}>", when=when)
