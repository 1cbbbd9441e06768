"""What people must approve before it runs: asked for once per item, unless an earlier approval of the run covers it.

Whether people are asked is computed from the run's own journal, so a replay asks what was asked. An approval covers
more than what it was given for only once that has begun, and only with a policy that says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agents.durable.questions import Question, Questions, request_id
from agents.durable.recorder import Recorder
from bot.domain import (
    Answer,
    ApprovalItem,
    ApprovalPolicy,
    Claim,
    Decision,
    RequestId,
    RequestKind,
    Run,
    Verdict,
    seal_of,
)


def item(
    kind: str,
    title: str,
    content: str,
    *,
    files: Mapping[str, str] | None = None,
    limits: Mapping[str, int] | None = None,
    policy: ApprovalPolicy = ApprovalPolicy.ALWAYS,
) -> ApprovalItem:
    """Make the record of exactly what would run. `files`: what it finds in its box, each with its SHA-256."""
    found = sorted((files or {}).items())
    made = ApprovalItem(
        kind=kind,
        title=title,
        content=content,
        sha256=hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest(),
        files=tuple(name for name, _ in found),
        hashes=tuple(hashed for _, hashed in found),
        limits=dict(limits or {}),
        policy=policy,
    )
    return replace(made, seal=seal_of(made))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The record that something may run by."""

    request: RequestId
    place: int
    item: ApprovalItem | None = None
    """What was asked for, as it was recorded; None: it is an earlier approval, of something else."""

    def claim(self, about: ApprovalItem) -> Claim:
        """Return the claim of what is about to run."""
        return Claim(
            request=self.request,
            place=self.place,
            kind=about.kind,
            title=about.title,
            sha256=about.sha256,
            seal=about.seal,
            policy=about.policy,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What holds for one item: a person's decision, or the approval of before that covers it."""

    decision: Decision
    cover: Cover

    @property
    def approved(self) -> bool:
        """Whether it may run."""
        return self.decision.verdict is Verdict.APPROVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What holds for all items of a message."""

    answer: Answer | None
    """What people replied; None: nobody was asked."""
    rulings: tuple[Ruling, ...] = field(default=())
    """By item."""


class Approvals:
    """The approvals of one run during one step."""

    def __init__(self, run: Run, recorder: Recorder, questions: Questions) -> None:
        self._run = run
        self._recorder = recorder
        self._questions = questions
        self._covers: dict[Hashable, Cover] = {}

    async def ask(self, agent: str, prompt: str, items: Sequence[ApprovalItem], *, whole: bool = False) -> Ruled:
        """Return what holds for these items; what no approval covers is asked for, together.

        Args:
            agent: For whom is asked.
            prompt: In the agent library's words.
            items: What would run, in order.
            whole: Whether people are shown all of it if any of it is to be asked for.

        Raises:
            NeedHuman: The question is open and durable.
        """
        places = await self._to_ask(agent, items, whole=whole)
        answer, ruled = None, dict[int, Ruling]()
        if places:
            answer, ruled = await self._asked(agent, prompt, [items[place] for place in places], places)
        covered = {place: self._covering(items[place]) for place in range(len(items)) if place not in ruled}
        approved = Decision(verdict=Verdict.APPROVE)
        ruled |= {place: Ruling(decision=approved, cover=cover) for place, cover in covered.items() if cover}
        return Ruled(answer=answer, rulings=tuple(ruled[place] for place in range(len(items))))

    def begun(self, about: ApprovalItem, cover: Cover) -> None:
        """Take note that something runs, or ran, by an approval: from here on that may cover more."""
        scope = _scope(about)
        if scope is not None:
            self._covers.setdefault(scope, Cover(request=cover.request, place=cover.place))

    async def _asked(
        self, agent: str, prompt: str, items: list[ApprovalItem], places: list[int]
    ) -> tuple[Answer, dict[int, Ruling]]:
        key = self._recorder.next_key("approval", agent)
        recorded = self._recorder.recorded.items.get(key, tuple(items))
        question = Question(kind=RequestKind.APPROVAL, agent=agent, prompt=prompt, items=tuple(items))
        answer = await self._questions.ask(question)
        missing = len(items) - len(answer.decisions)
        decisions = [*answer.decisions, *[Decision(verdict=Verdict.REJECT, reason=answer.text)] * missing]
        request = request_id(self._run, key)
        covers = (Cover(request=request, place=number, item=asked) for number, asked in enumerate(recorded))
        found = zip(places, decisions[: len(places)], covers, strict=True)
        return answer, {place: Ruling(decision=decision, cover=cover) for place, decision, cover in found}

    async def _to_ask(self, agent: str, items: Sequence[ApprovalItem], *, whole: bool) -> list[int]:
        """Return the places of the items that people are, or were, asked about."""
        if all(each.policy is ApprovalPolicy.ALWAYS for each in items):
            return [*range(len(items))]
        recorded = self._recorder.recorded.items.get(self._recorder.next_key("approval", agent), ())
        # Once an item is covered it is never asked for again, so a question about it can only be this one.
        places = _places_of(recorded, items)
        if places:
            return places
        await self._recorder.until(lambda: not self._uncovered(items, whole=whole))
        return self._uncovered(items, whole=whole)

    def _uncovered(self, items: Sequence[ApprovalItem], *, whole: bool) -> list[int]:
        found = [place for place, each in enumerate(items) if self._covering(each) is None]
        return [*range(len(items))] if whole and found else found

    def _covering(self, about: ApprovalItem) -> Cover | None:
        scope = _scope(about)
        return self._covers.get(scope) if scope is not None else None


def _scope(about: ApprovalItem) -> Hashable | None:
    """Return what an approval of this item covers besides the item; None: nothing."""
    if about.policy is ApprovalPolicy.ONCE_PER_CODE:
        return about.seal
    if about.policy is ApprovalPolicy.ONCE_PER_RUN:
        return about.kind, "" if about.kind == "code" else about.title
    return None


def _places_of(recorded: Sequence[ApprovalItem], items: Sequence[ApprovalItem]) -> list[int] | None:
    """Return the places of the items that a recorded question was about; None: it was about others."""
    places: list[int] = []
    for asked in recorded:
        after = places[-1] + 1 if places else 0
        found = (at for at, each in enumerate(items) if at >= after and _same(asked, each))
        place = next(found, None)
        if place is None:
            return None
        places.append(place)
    unasked = (each for at, each in enumerate(items) if at not in places)
    return None if any(each.policy is ApprovalPolicy.ALWAYS for each in unasked) else places


def _same(one: ApprovalItem, other: ApprovalItem) -> bool:
    return (one.kind, one.title, one.sha256) == (other.kind, other.title, other.sha256)
