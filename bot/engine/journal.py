"""A run's journal during one step: every record is fenced by the step's epoch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.budgets import Budgets
from bot.domain import (
    Answer,
    Batch,
    Event,
    InputRequest,
    Position,
    Recorded,
    RequestId,
    RequestKind,
    RequestStatus,
    Run,
    ThreadRef,
)
from bot.engine import approvals
from bot.engine.preview import StepPreview
from bot.errors import FencedError, NotApprovedError, OverBudgetError
from bot.inbox.access import Access
from bot.inbox.audited import Log
from bot.inbox.kept import left_out, sort
from bot.inbox.transcript import kept_answer
from bot.outbox import Add, Poster, card_post, kept_post, run_notice_post, turn_of, turn_post
from bot.permissions import Permissions
from bot.ports import Clock, Records, Store
from bot.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What a run that stayed in memory asks first, taken by the transaction that hands the run out.

    From there on nobody else records anything of the run without raising the epoch, so it stays true for as long as
    the step itself records nothing; and its first record tells whether the epoch still holds.
    """

    request: RequestId
    """What such a run waits for: the input request that was just answered, or the conversation's newest."""
    position: Position


def look_ahead(records: Records, run: Run, answered: Sequence[InputRequest] | None = None) -> Ahead | None:
    """Return how far the run's journal has come, with the answer to the newest request; None: it has none.

    Whoever has just answered one says so; otherwise it is looked up.
    """
    newest = records.requests.of(run.conversation, newest=1) if answered is None else answered
    for request in newest:
        if request.run == run.id and request.answer is not None:
            position = replace(records.journal.position(run.id), answer=request.answer)
            return Ahead(request=request.id, position=position)
    return None


class StepJournal:
    """Keeps the promises of the port `bot.ports.RunJournal` for one run and one step."""

    def __init__(  # noqa: PLR0913 - what belongs to one step, each by its name
        self,
        *,
        store: Store,
        clock: Clock,
        run: Run,
        epoch: int,
        human_turns: int,
        preview: StepPreview,
        recorded: Callable[[bool], None],
        ahead: Ahead | None = None,
        poster: Poster | None = None,
        permissions: Permissions | None = None,
        budgets: Budgets | None = None,
    ) -> None:
        """Begin.

        Args:
            store: Where it is recorded.
            clock: Where time comes from.
            run: Whose journal it is.
            epoch: The step's.
            human_turns: How many answers the run may have.
            preview: Ended for each turn that is recorded.
            recorded: Called after each record, with whether it asks somebody.
            ahead: How far the journal has come, where the transaction that began the step has looked.
            poster: Shows what is recorded; None: nobody does in this step.
            permissions: Say who may decide approvals; None: no rule does.
            budgets: Say how much may be used, and count it; None: as much as anybody likes.
        """
        self._store = store
        self._clock = clock
        self._run = run
        self.epoch = epoch
        """The step's epoch, by which every record is fenced."""
        self._human_turns = human_turns
        self._preview = preview
        self._recorded = recorded
        self._ahead = ahead
        self._poster = poster
        self._permissions = permissions or Permissions()
        self._budgets = budgets or Budgets()
        self._approves = False
        """Whether the run has asked for an approval, as far as this step knows."""
        self.progressed = False
        """Whether this step has recorded something."""
        self.answers = 0
        """How many answers the run has had."""
        self.open_keys: set[str] = set()
        """The keys of the requests that are open as far as this step knows."""
        self.asks = False
        """Whether the newest record asked people something."""
        self.full = False
        """Whether a question was not asked because the run has had all the answers that one may have."""

    async def load(self) -> Recorded:
        """Return everything recorded of the run, as one consistent view."""
        recorded, open_keys = await self._store.read(self._load)
        self.open_keys = open_keys
        self._approves = bool(recorded.items)
        self.answers = len(recorded.answers)
        return recorded

    async def peek(self, request: RequestId) -> Position:
        """Return how far the journal has come, and the answer to one request, without reading the journal."""

        def work(records: Records) -> Position:
            found = records.requests.get(request)
            return replace(records.journal.position(self._run.id), answer=found.answer if found else None)

        ahead = self._ahead
        known = ahead is not None and ahead.request == request
        position = ahead.position if ahead is not None and known else await self._store.read(work)
        self.answers = position.answers + (position.answer is not None)
        return position

    def _load(self, records: Records) -> tuple[Recorded, set[str]]:
        run = self._run
        answered = records.requests.answered(run.id)
        answers = {request.key: request.answer for request in answered}
        still_open = records.requests.of(run.conversation, status=RequestStatus.OPEN)
        waiting = [request for request in still_open if request.run == run.id]
        open_keys = {request.key for request in waiting}
        turns = (turn_of(run.id, key) for key in records.outbox.keys(run.id))
        recorded = Recorded(
            effects=tuple(records.journal.effects(run.id)),
            answers={key: answer for key, answer in answers.items() if answer is not None},
            turns=frozenset(turn for turn in turns if turn is not None),
            requests=frozenset(open_keys | set(answers)),
            items={request.key: request.items for request in (*answered, *waiting) if request.items},
        )
        return recorded, open_keys

    async def commit(self, batch: Batch) -> dict[str, Answer]:
        """Record a batch with its posts, cards and timers; kept messages answer a text request at once.

        See `bot.ports.RunJournal`.
        """
        if not (batch.effects or batch.turns or batch.requests):
            return {}
        self._ahead = None
        run, asked = self._run, batch.requests
        if asked and self.answers >= self._human_turns:
            self.full, asked = True, ()
        asked = tuple(approvals.for_deciders(each, run, self._permissions) for each in asked)
        try:
            answers = await self._write(partial(self._commit, batch=batch, asked=asked))
        except NotApprovedError as error:
            refused = [claim for claim in batch.claims if claim.effect == error.effect]
            now = self._clock.now()
            refuse = partial(approvals.refuse, run=run, epoch=self.epoch, claims=refused, now=now)
            await self._store.write(refuse)
            raise
        except FencedError:
            # A stop came in between: what models used until then is used all the same.
            if batch.tokens:
                await self.use(batch.tokens)
            raise
        self._approves = self._approves or bool(batch.claims)
        self.answers += len(answers)
        self.open_keys |= {request.key for request in asked} - set(answers)
        self.progressed = True
        for turn in batch.turns:
            self._preview.end(turn.path)
        self.asks = bool(asked)
        self._recorded(self.asks)
        if not asked or answers:
            # A drain cancels the step here, at its recorded point, and not in the middle of the next effect.
            await asyncio.sleep(0)
        return answers

    async def permit(self) -> None:
        """Return if the run may ask a model now; see `bot.ports.RunJournal`."""
        if not self._budgets.bounds_models:
            return
        now = self._clock.now()
        over = await self._store.read(lambda records: self._budgets.exhausted(records, self._run, now))
        if over is not None:
            text_id, facts = over
            raise OverBudgetError(say(text_id, "en", **facts), text_id=text_id, facts=facts)

    async def use(self, tokens: int) -> None:
        """Count what models used for what no batch records, whoever owns the conversation by now."""
        now = self._clock.now()
        await self._store.write(lambda records: self._budgets.count_tokens(records, self._run, tokens, now))

    async def _write(self, work: Callable[[Records, Add], dict[str, Answer]]) -> dict[str, Answer]:
        if self._poster is not None:
            return await self._poster.record(work)
        return await self._store.write(lambda records: work(records, records.outbox.add))

    def _commit(
        self, records: Records, add: Add, *, batch: Batch, asked: tuple[InputRequest, ...]
    ) -> dict[str, Answer]:
        run = self._run
        records.conversations.check_epoch(run.conversation, self.epoch)
        approvals.begin(records, run, batch.claims, self._clock.now())
        if batch.effects:
            records.journal.record(run.id, batch.effects)
        if self._approves:
            approvals.end(records, run, batch.effects)
        self._budgets.count_tokens(records, run, batch.tokens, self._clock.now())
        for turn in batch.turns:
            add(turn_post(run, turn))
        found = ((request, self._ask(records, add, request)) for request in asked)
        answers = {request.key: answer for request, answer in found if answer is not None}
        if not self.progressed:
            records.runs.reset_attempts(run.id)
        return answers

    def _ask(self, records: Records, add: Add, request: InputRequest) -> Answer | None:
        """Open a request with its card and timer, or answer it with what was said meanwhile."""
        records.requests.open(request)
        if request.kind is RequestKind.APPROVAL:
            records.approvals.open(request)
        answer = self._kept(records, add, request) if request.kind is RequestKind.TEXT else None
        if answer is None:
            add(card_post(request, self._run.language))
            records.inbox.schedule(request.conversation, kind="expiry", ref=request.id, due_at=request.expires_at)
            return None
        records.requests.close(request.id, RequestStatus.ANSWERED, answer)
        log = Log(records=records, thread=ThreadRef.parse(request.conversation), now=self._clock.now())
        log.answered(request, self._run, answer.by)
        answered = replace(request, status=RequestStatus.ANSWERED, answer=answer)
        add(kept_post(self._run, answered))
        return answer

    def _kept(self, records: Records, add: Add, request: InputRequest) -> Answer | None:
        """Answer with what was said meanwhile, by who may; whose standing is not known any more is asked again."""
        now = self._clock.now()
        kept = records.inbox.take_kept(request.conversation)
        found = sort(kept, partial(self._may_answer, request), now)
        answer, left = kept_answer(found.used, now) if found.used else (None, [])
        for event in kept:
            if event in left or event in found.refused:
                records.inbox.keep(event)
        for text_id, text in left_out(replace(found, refused=()), self._run.language):
            add(run_notice_post(self._run, f"{text_id}/{request.key}", text))
        return answer

    def _may_answer(self, request: InputRequest, event: Event) -> bool:
        return Access.of(self._run, event.person, self._permissions).may_answer(request)
