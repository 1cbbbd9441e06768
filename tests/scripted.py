"""Teams that follow a script: they go through the journal as the real ones do, effect by effect.

A script is a list of lines, each a list that begins with its word:

["say", agent, text]              a model's answer and a turn; `{answer}`, `{text}` and `{history}` are filled in
["ask", agent, empty_runs]        a question for free text; `exit` ends the script
["choose", agent, [option, …]]    a question with options
["approve", agent, kind, [x, …]]  an approval; what is approved, or changed, is executed, each once
["chat", agent]                   asks and answers until somebody says `exit`
["parallel", script, …]           scripts side by side, each on a chat path of its own
["retry", n] ["break", n]         fails n times, with RetryLaterError or an unexpected one
["cancel", n]                     is cancelled n times, by nobody outside of the team
["die"]                           takes the process down with it
["fail", message, text_id?, facts?]  ends the run as failed, also in the words of the catalogue
["hold"]                          waits in a model call until the test releases it
["hang"]                          never ends
["pretend"]                       waits without having asked
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain import (
    Answer,
    ApprovalItem,
    Batch,
    Effect,
    EffectState,
    InputRequest,
    Json,
    Outcome,
    Recorded,
    RequestId,
    RequestKind,
    Run,
    RunId,
    TeamSummary,
    Turn,
    TurnKind,
    Verdict,
)
from bot.errors import RetryLaterError, RunFailedError, UnknownTeamError
from bot.ports import Clock, Preview, RunJournal

Line = list[Any]
Script = list[Line]
Hook = Callable[[str], Awaitable[None]]


async def _at_once(_key: str) -> None:
    await asyncio.sleep(0)


class ScriptedTeams:
    """Teams by name, each with its script."""

    def __init__(self, scripts: Mapping[str, Script], *, clock: Clock, expires: float = 30 * 86400.0) -> None:
        self.scripts = {name: [*script] for name, script in scripts.items()}
        self.tokens = 0
        """What each model call uses."""
        self.extra: Json = {}
        """What else is pinned."""
        self.during: Hook = _at_once
        """Awaited during each effect, with its key."""
        self.calls: Counter[str] = Counter()
        """Model calls by run and key."""
        self.executed: Counter[str] = Counter()
        """Executions by run, key and content."""
        self.failures: Counter[str] = Counter()
        self.holding = False
        """Whether a script waits to be released."""
        self._released = asyncio.Event()
        self.clock = clock
        self.expires = expires

    def release(self) -> None:
        """Let what holds go on, now and later."""
        self._released.set()

    async def held(self) -> None:
        """Wait until released."""
        self.holding = True
        await self._released.wait()
        self.holding = False

    def list(self) -> list[TeamSummary]:
        return [
            TeamSummary(name=name, description="", kind="script", agents=(), source="preset") for name in self.scripts
        ]

    def pin(self, name: str) -> Json:
        if name not in self.scripts:
            raise UnknownTeamError(name, sorted(self.scripts))
        return {"script": self.scripts[name], **self.extra}

    async def advance(self, run: Run, journal: RunJournal, preview: Preview) -> Outcome:
        play = _Play(self, run, journal, preview, await journal.load())
        going = await play.script(run.pinned["script"], "chat")
        await play.flush()
        if going is False:
            return Outcome(waiting=True)
        return Outcome(waiting=False, summary=play.last, stop_reason="", counts={"turns": play.turns})

    async def forget(self, run: RunId) -> None:
        """Nothing of a script that waits is in memory."""


class _Play:
    """One run's script during one step. A script is True when done, None when ended by `exit`, False when waiting."""

    def __init__(self, teams: ScriptedTeams, run: Run, journal: RunJournal, preview: Preview, known: Recorded) -> None:
        self._teams = teams
        self._run = run
        self._journal = journal
        self._preview = preview
        self._known = known
        self._effects = {effect.key: effect for effect in known.effects}
        self._answers = dict(known.answers)
        self._ordinals: Counter[str] = Counter()
        self._buffer: tuple[list[Effect], list[Turn]] = ([], [])
        self._tokens = 0
        self.last = ""
        self.turns = 0

    async def script(self, script: Script, path: str) -> bool | None:
        for line in script:
            going = await getattr(self, f"_{line[0]}")(path, *line[1:])
            if going is not True:
                return going  # type: ignore[no-any-return] # one of the three by the class's rule
        return True

    async def flush(self) -> None:
        """Commit what is buffered, as the real one does before each effect, question and end."""
        effects, turns = self._buffer
        if effects or turns:
            self._buffer, tokens, self._tokens = ([], []), self._tokens, 0
            await self._journal.commit(Batch(effects=tuple(effects), turns=tuple(turns), tokens=tokens))

    def _key(self, path: str, kind: str, agent: str) -> str:
        name = f"{path}/{kind}/{agent}"
        self._ordinals[name] += 1
        return f"{name}/{self._ordinals[name]}"

    def _effect(self, key: str, kind: str, value: Any, state: EffectState = EffectState.DONE) -> Effect:
        now = self._teams.clock.now()
        done = state is EffectState.DONE
        return Effect(
            key=key, kind=kind, request=key, state=state, value=value, completed=int(done), started_at=now,
            ended_at=now if done else None,
        )  # fmt: skip

    def _turn(self, path: str, agent: str, text: str, kind: TurnKind = TurnKind.TEXT) -> None:
        self._ordinals[f"{path}#"] += 1
        n = self._ordinals[f"{path}#"]
        self.turns += 1
        self.last = text
        if (path, n) not in self._known.turns:
            self._buffer[1].append(Turn(path=path, n=n, kind=kind, agent=agent, text=text))

    async def _say(self, path: str, agent: str, text: str) -> bool:
        key = self._key(path, "model", agent)
        known = self._effects.get(key)
        if known is None:
            await self.flush()
            await self._journal.permit()
            self._tokens += self._teams.tokens
            self._teams.calls[f"{self._run.id}/{key}"] += 1
            self._preview.delta(path, agent, text[:1])
            began = self._teams.clock.now()
            await self._teams.during(key)
            said = text.format(answer=self.last, text=self._run.opening.text, history=len(self._run.opening.history))
            known = replace(self._effect(key, "model", said), started_at=began)
            self._buffer[0].append(known)
        self._turn(path, agent, known.value)
        return True

    async def _question(self, path: str, agent: str, kind: RequestKind, **facts: Any) -> Answer | None:
        key = self._key(path, "human", agent)
        if key not in self._answers:
            await self.flush()
            if key not in self._known.requests:
                now = self._teams.clock.now()
                request = InputRequest(
                    id=_request_id(self._run, key), run=self._run.id, conversation=self._run.conversation,
                    key=key, kind=kind, agent=agent, prompt="?", opened_at=now,
                    expires_at=now + timedelta(seconds=self._teams.expires), **facts,
                )  # fmt: skip
                self._answers.update(await self._journal.commit(Batch(requests=(request,))))
        return self._answers.get(key)

    async def _ask(self, path: str, agent: str, empty_runs: str = "", may_answer: tuple[str, ...] = ()) -> bool | None:
        allowed = tuple(may_answer)
        answer = await self._question(path, agent, RequestKind.TEXT, empty_runs=empty_runs, may_answer=allowed)
        if answer is None:
            return False
        self.last = answer.text
        return None if answer.text == "exit" else True

    async def _choose(self, path: str, agent: str, options: list[str]) -> bool:
        answer = await self._question(path, agent, RequestKind.CHOICE, choices=tuple(options))
        if answer is None:
            return False
        self.last = answer.text
        return True

    async def _approve(
        self, path: str, agent: str, kind: str, contents: list[str], may_answer: Sequence[str] = ()
    ) -> bool | None:
        items = tuple(
            ApprovalItem(kind=kind, title="x", content=text, sha256=hashlib.sha256(text.encode()).hexdigest())
            for text in contents
        )
        answer = await self._question(path, agent, RequestKind.APPROVAL, items=items, may_answer=tuple(may_answer))
        if answer is None:
            return False
        if answer.text == "exit":
            return None
        if not answer.decisions:
            self._turn(path, agent, f"feedback: {answer.text}")
        for item, decision in zip(items, answer.decisions, strict=False):
            if decision.verdict is Verdict.APPROVE:
                content = item.content if decision.content is None else decision.content
                await self._execute(path, agent, replace(item, content=content))
            else:
                self._turn(path, agent, f"rejected {item.content}: {decision.reason}")
        return True

    async def _execute(self, path: str, agent: str, item: ApprovalItem) -> None:
        key = self._key(path, item.kind, agent)
        known = self._effects.get(key)
        if known is None:
            await self.flush()
            await self._journal.commit(Batch(effects=(self._effect(key, item.kind, None, EffectState.STARTED),)))
            self._teams.executed[f"{self._run.id}/{key}/{item.content}"] += 1
            await self._teams.during(key)
            known = self._effect(key, item.kind, f"ran {item.content}")
            self._buffer[0].append(known)
        elif known.state is EffectState.STARTED:
            known = self._effect(key, item.kind, f"interrupted {item.content}")
            self._buffer[0].append(known)
        self._turn(path, agent, known.value, TurnKind.CODE)

    async def _chat(self, path: str, agent: str) -> bool | None:
        going: bool | None = True
        while going:
            going = await self._ask(path, agent, "model")
            if going:
                await self._say(path, agent, "you said {answer}")
        return going

    async def _parallel(self, path: str, *scripts: Script) -> bool | None:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self.script(script, f"{path}.{place}")) for place, script in enumerate(scripts, 1)
            ]
        return not any(task.result() is False for task in tasks)

    async def _retry(self, path: str, times: int) -> bool:
        return await self._broken(times, RetryLaterError("the model host is loading"))

    async def _break(self, path: str, times: int) -> bool:
        return await self._broken(times, ZeroDivisionError("a fault of the team"))

    async def _cancel(self, path: str, times: int) -> bool:
        return await self._broken(times, asyncio.CancelledError())

    async def _die(self, path: str) -> bool:
        await self.flush()
        os.kill(os.getpid(), signal.SIGKILL)
        return True

    async def _broken(self, times: int, error: BaseException) -> bool:
        await self.flush()
        self._teams.failures[self._run.id] += 1
        if self._teams.failures[self._run.id] <= times:
            raise error
        return True

    async def _fail(
        self, path: str, message: str, text_id: str | None = None, facts: dict[str, object] | None = None
    ) -> bool:
        await self.flush()
        raise RunFailedError(message, text_id=text_id, facts=facts)

    async def _pretend(self, path: str) -> bool:
        return False

    async def _hold(self, path: str) -> bool:
        await self.flush()
        await self._teams.held()
        return True

    async def _hang(self, path: str) -> bool:
        await self.flush()
        await self._teams.during("hang")
        await asyncio.Event().wait()
        return True


def _request_id(run: Run, key: str) -> RequestId:
    """Return an id as short and as plain as the real teams' are: platforms put it into their buttons."""
    return RequestId(hashlib.sha256(f"{run.id}/{key}".encode()).hexdigest()[:20])
