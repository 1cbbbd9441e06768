"""What a person may do in a thread, and in which words they are told that they may not. Pure.

An approval is decided by whom its own record names and whom the permissions of today name: both must agree. What a team
names (`may_answer`) narrows that further, and decides where no rule says who approves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain import InputRequest, Person, RequestKind, Run, ThreadRef
from bot.permissions import EVERYONE, EXTERNALS, GROUP, GUESTS, NOBODY, ROLE, STARTER, Action, Permissions, fits
from bot.texts import say

_KINDS = (STARTER, EVERYONE, GUESTS, EXTERNALS)


class Why(StrEnum):
    """Why somebody may not do something; the audit log names it."""

    PERMISSIONS = "permissions"
    """The permissions of today don't let them."""
    RECORDED = "recorded"
    """They are none of those whom the approval names."""
    NAMED = "named"
    """The question names other people."""
    FOUR_EYES = "four_eyes"
    """Their words began the run, or they would change what is shown, and two people are to decide."""
    BOT = "bot"
    """A program decides nothing."""
    BUDGET = "budget"
    """They, their channel or the team have used up what they may."""
    STALE = "stale"
    """What they used is not about what waits where they used it: an old card, or another thread's."""
    PLATFORM = "platform"
    """By what the platform says of them, as that they don't manage the channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """That somebody may not do something."""

    what: str
    """`start`, `answer`, `approve`, `stop` or `mute`."""
    why: Why
    text_id: str
    """The sentence that they are told."""
    who: tuple[str, ...] | None = None
    """Who may, as lists of the permissions name people; None: the sentence does not say."""

    def facts(self, language: str) -> dict[str, object]:
        """Return what stands in the sentence's braces."""
        return {} if self.who is None else {"who": in_words(self.who, language)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What one person may do in one thread, about one team and its run."""

    permissions: Permissions
    person: Person
    thread: ThreadRef
    team: str
    """The run's, or the one that a run which begins now would get."""
    starter: str | None = None
    """Who started the run, by id; None: there is none."""
    others: tuple[str, ...] = ()
    """Ids of those who wrote some of what the run began with."""
    by_bot: bool = False
    """Whether a bot started the run: then members decide where the starter would."""

    @classmethod
    def of(cls, run: Run, person: Person, permissions: Permissions) -> Access:
        """Return what a person may do about a run."""
        return cls(
            permissions=permissions,
            person=person,
            thread=ThreadRef.parse(run.conversation),
            team=run.team,
            starter=run.started_by.id,
            others=run.opening.others,
            by_bot=run.started_by.bot,
        )

    def refused(self, action: Action, *, what: str = "", named: tuple[str, ...] = ()) -> Refusal | None:
        """Say why they may not do this here; None: they may. `named`: whom the question itself names."""
        thread, team, starter, by_bot = self.thread, self.team, self.starter, self.by_bot
        if self.permissions.may(
            action, self.person, thread=thread, team=team, starter=starter, named=named, by_bot=by_bot
        ):
            return None
        who = self.permissions.allowed(action, thread=thread, team=team, named=named, by_bot=by_bot)
        return Refusal(what=what or action.value, why=Why.PERMISSIONS, text_id=f"denied_{action.value}", who=who)

    def objection(self, request: InputRequest) -> Refusal | None:
        """Say why they may not answer a question or decide an approval; None: they may."""
        decides = request.kind is RequestKind.APPROVAL
        what = Action.APPROVE.value if decides else Action.ANSWER.value
        if request.kind is not RequestKind.TEXT and self.person.bot:
            return Refusal(what=what, why=Why.BOT, text_id="not_allowed_bot")
        if not request.is_for(self.person.id):
            return Refusal(what=what, why=Why.NAMED, text_id="not_allowed")
        return self._undecided(request) if decides else self.refused(Action.ANSWER)

    def may_answer(self, request: InputRequest) -> bool:
        """Say whether they may answer a question or decide an approval."""
        return self.objection(request) is None

    def two_decide(self, request: InputRequest) -> bool:
        """Say whether those who began the run have no say in an approval, by its record or by today's permissions."""
        return request.four_eyes or self.permissions.four_eyes(thread=self.thread, team=self.team)

    def _undecided(self, request: InputRequest) -> Refusal | None:
        today = self.refused(Action.APPROVE, named=request.may_answer)
        recorded = not request.deciders or fits(request.deciders, self.person, self.starter)
        their_own = self.person.id in (self.starter, *self.others) and self.two_decide(request)
        if their_own:
            who = self._who_decides(request)
            return Refusal(what=Action.APPROVE.value, why=Why.FOUR_EYES, text_id="denied_four_eyes", who=who)
        if today is not None or recorded:
            return today
        return Refusal(
            what=Action.APPROVE.value, why=Why.RECORDED, text_id="denied_approve", who=self._who_decides(request)
        )

    def _who_decides(self, request: InputRequest) -> tuple[str, ...]:
        thread, team, named = self.thread, self.team, request.may_answer
        return request.deciders or self.permissions.deciders(thread=thread, team=team, named=named, by_bot=self.by_bot)


def in_words(principals: Sequence[str], language: str) -> str:
    """Return who is let in, in words; people and groups are counted, for their ids say nothing to a reader."""
    groups = sum(one.startswith((GROUP, ROLE)) for one in principals)
    people = len(principals) - groups - sum(one in (*_KINDS, NOBODY) for one in principals)
    parts = [say(f"who_{kind}", language) for kind in _KINDS if kind in principals]
    parts += [say("who_people", language, count=people)] if people else []
    parts += [say("who_groups", language, count=groups)] if groups else []
    return say("who_join", language).join(parts) or say("who_nobody", language)
