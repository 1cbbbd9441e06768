"""Questions to people, and their answers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.address import Attachment, ConversationId, Person, RequestId, RunId
from bot.domain.approvals import ApprovalPolicy


class Verdict(StrEnum):
    """What a person decided about one item of an approval."""

    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's verdict on one item of an approval."""

    verdict: Verdict
    reason: str = ""
    content: str | None = None
    """With an approval: the exact text that runs instead of the item's, as the person wrote it."""


class RequestKind(StrEnum):
    """What an input request asks for."""

    TEXT = "text"
    """Free text, with the agent library's own meaning of empty and `exit`."""
    CHOICE = "choice"
    """One of the options, by number or by its words."""
    APPROVAL = "approval"
    """A verdict on each item: code or tool calls, as exact bytes."""


class RequestStatus(StrEnum):
    """The life of an input request: open, then exactly one of the others for ever."""

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalItem:
    """One thing to approve: exactly what would run."""

    kind: str
    """`code` or `tool`."""
    title: str
    """The language of the code, or the tool's name."""
    content: str
    """The exact text of the code, or of the arguments."""
    sha256: str
    """Of the content's UTF-8 bytes; whoever executes compares it again."""
    files: tuple[str, ...] = ()
    """Names of the files that the code finds in its box, sorted."""
    hashes: tuple[str, ...] = ()
    """SHA-256 of each of these files, in the same order; empty in records of versions that had none."""
    limits: dict[str, int] = field(default_factory=dict)
    """What the box allows, by name (`wall_seconds`, `memory_mb` …); empty for tools, which run in no box."""
    policy: ApprovalPolicy = ApprovalPolicy.ALWAYS
    seal: str = ""
    """Hash of all of the record: kind, title, content, files with their hashes, limits and policy (see `seal_of`)."""


def seal_of(item: ApprovalItem) -> str:
    """Return the hash of the whole record of an item, its own seal left out: 64 hexadecimal digits.

    The content's bytes come last and are led by their length, so no two records make the same bytes.
    """
    content = item.content.encode("utf-8", "surrogatepass")
    box = [list(item.files), list(item.hashes), sorted(item.limits.items())]
    head = [item.kind, item.title, *box, item.policy.value, len(content)]
    return hashlib.sha256(json.dumps(head).encode() + b"\n" + content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person replied to an input request. The first one wins."""

    text: str = ""
    """Free text, trimmed (`exit` whichever way it was written); for a choice the option's exact words, or empty
    where the request allows it; for an approval without decisions: feedback instead of running, or `exit`: nothing
    is run and that chat ends."""
    decisions: tuple[Decision, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    by: Person | None = None
    """None when nobody answered: the request expired."""
    at: datetime

    @property
    def ends_chat(self) -> bool:
        """Whether it decides an approval by ending the chat: `exit`, and no verdict on any item."""
        return self.text == "exit" and not self.decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRequest:
    """A durable question to people."""

    id: RequestId
    run: RunId
    conversation: ConversationId
    key: str
    """The effect's key in the run's journal that the answer becomes."""
    kind: RequestKind
    agent: str
    """The agent that asks, or for whom is asked."""
    prompt: str
    """The agent library's own words; what people read is composed from the catalogue."""
    choices: tuple[str, ...] = ()
    items: tuple[ApprovalItem, ...] = ()
    empty_runs: str = ""
    """What an empty answer sets off: `code`, `tools`, `model`, `end` (ends the chat) or `` (nothing to reply with)."""
    may_answer: tuple[str, ...] = ()
    """Ids of the persons who may answer; empty: everybody in the thread."""
    decided: tuple[Decision | None, ...] = ()
    """For an approval of several items, while open: what is decided so far, by item; empty: nothing yet."""
    unseen: tuple[int, ...] = ()
    """For an approval: numbers, from 1, of the items that the platform could not bring to people, neither on the card
    nor as a file. Nobody may approve them."""
    status: RequestStatus = RequestStatus.OPEN
    opened_at: datetime
    expires_at: datetime
    answer: Answer | None = None
    asker: str = ""
    """The agent whose words wait for an answer, where that is another than `agent`."""
    nonce: str = ""
    """Random, of this request alone: part of what its buttons carry. Empty in requests of versions that had none."""
    deciders: tuple[str, ...] = ()
    """For an approval: who may decide it, as the permissions said when it was asked: ids, `starter`, `everyone`,
    `group:ID` … (docs/security.md). Empty in requests of versions that had none: then `may_answer` alone counts."""
    four_eyes: bool = False
    """For an approval: whether the starter of its run may not decide it."""

    @property
    def speaker(self) -> str:
        """Whom people are told they answer: `agent` may be the one that speaks for them."""
        return self.asker or self.agent

    def is_for(self, person: str) -> bool:
        """Say whether the person of this id may answer: everybody may, where it names nobody."""
        return not self.may_answer or person in self.may_answer
