"""Slack's own links to threads, asked for once each."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from adapters.chat.handling.payload import text_at
from adapters.chat.recent import Recent
from adapters.slack.web.api import SlackApi
from bot.domain import ConversationId, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError

REMEMBERED = 5000

log = structlog.get_logger()


class Links:
    """Permalinks of threads."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._known: Recent[ConversationId, str] = Recent(REMEMBERED)

    async def of(self, workspace: str, conversations: Sequence[ConversationId]) -> dict[ConversationId, str]:
        """Return the links of these threads, as far as Slack gives them: a list without links still is a list."""
        try:
            for each in conversations:
                if each not in self._known:
                    self._known[each] = await self._ask(workspace, each)
        except (RetryLaterError, OSError) as error:
            log.warning("slack.links_unknown", error=type(error).__name__)
        return {each: self._known[each] for each in conversations if self._known.get(each)}

    async def _ask(self, workspace: str, conversation: ConversationId) -> str:
        thread = ThreadRef.parse(conversation)
        try:
            answer = await self._api.call(
                workspace, "chat.getPermalink", channel=thread.channel, message_ts=thread.thread
            )
        except PostRefusedError:
            return ""
        return text_at(answer, "permalink")
