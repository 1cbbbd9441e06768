"""One conversation in this terminal: the thread, its front, and the engine around them."""

from __future__ import annotations

import asyncio
import getpass
import os
import secrets
import signal
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prompt_toolkit.utils import is_dumb_terminal

from adapters.console.adapter import ConsoleAdapter
from adapters.console.front import Front
from adapters.console.lines import Lines
from adapters.console.plain import PlainFront
from adapters.console.talk import Talk
from bot.app import Parts, Stage, parts, serving, working_store
from bot.commands.beginning import sentences
from bot.commands.progress import StageProgress
from bot.commands.remembered import Remembered, remembered
from bot.commands.room import TellingStore
from bot.commands.threads import could_name, thread_of
from bot.config import command_of_chat
from bot.domain import Person, ThreadRef
from bot.errors import ThreadfastError, UnknownTeamError
from bot.outbox.redacting import cleaned
from bot.redaction import Redactor
from bot.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config import Settings
    from bot.ports import Store

ID_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letters that are taken for one another when read aloud or copied by hand."""
ID_LENGTH = 6
EXIT_ENDED = 143
"""What a process that was asked to end exits with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks for."""

    team: str | None = None
    thread: str | None = None
    first: str | None = None
    answers: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether there are only lines: words are given, or nobody sits at a capable terminal."""
        given = self.first is not None or bool(self.answers)
        # Standard input may be closed altogether.
        seated = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
        return given or not seated or is_dumb_terminal()


async def converse(settings: Settings, wanted: Wanted) -> int:
    """Talk in one thread until the person leaves; return the exit status.

    Raises:
        ThreadfastError: There is no such thread or team, or the engine cannot start.
    """
    if sys.stdout is None:
        raise ThreadfastError("Standard output is closed, so there is nowhere to show turns.")
    _refuse_unknown_team(settings, wanted.team or (settings.team if wanted.thread is None else None))
    asked_to_end: list[signal.Signals] = []
    try:
        with _leaving_in_order(asked_to_end):
            async with working_store(settings) as store:
                return await _converse(settings, wanted, store)
    except asyncio.CancelledError:
        # Otherwise it is Ctrl-C, which the event loop's runner turns into a KeyboardInterrupt.
        if asked_to_end:
            return EXIT_ENDED
        raise


async def _converse(settings: Settings, wanted: Wanted, store: Store) -> int:
    known = await _known(store, wanted.thread)
    thread = known.thread if known else await _new_thread(store)
    progress = StageProgress(settings.spoken_language)
    front, on_stage = _front(settings, wanted, thread, known, progress)
    language = settings.spoken_language
    told = await store.read(lambda records: sentences(records, thread, team=wanted.team, language=language))
    telling = TellingStore(store, lambda text_id: front.note(say(text_id, language)))
    try:
        async with parts(settings, telling, on_stage) as of:
            for sentence in told:
                await front.note(sentence)
            return await _talk(settings, of, wanted, front=front, thread=thread, known=known)
    finally:
        progress.close()


async def _talk(
    settings: Settings, of: Parts, wanted: Wanted, *, front: Front, thread: ThreadRef, known: Remembered | None
) -> int:
    talk = Talk(
        thread,
        _person(settings),
        language=settings.spoken_language,
        team=wanted.team,
        now=of.clock.now,
        teams=of.teams.list,
        models=of.desk,
    )
    history = cleaned(known.posts, Redactor(settings.secrets)) if known else ()
    adapter = ConsoleAdapter(talk, front, history=history)
    talk.working = known is not None and known.working
    async with serving(settings, of, {adapter.name: adapter}) as inbox:
        await adapter.run(inbox)
    return adapter.exit_status


def _front(
    settings: Settings, wanted: Wanted, thread: ThreadRef, known: Remembered | None, progress: StageProgress
) -> tuple[Front, Stage]:
    if wanted.plain:
        lines = Lines(sys.stdin.fileno()) if wanted.first is None and sys.stdin is not None else None
        front = PlainFront(out=sys.stdout, err=sys.stderr, say_first=wanted.first, answers=wanted.answers, lines=lines)
        return front, progress
    from adapters.console.terminal import TerminalFront

    text_id = "console_continued" if known else "console_welcome"
    team = known.team if known else wanted.team or settings.team
    heading = say(text_id, settings.spoken_language, team=team, thread=thread.thread)
    terminal = TerminalFront(sys.stdout, heading=heading, language=settings.spoken_language, command=command_of_chat())
    return terminal, terminal.stage


async def _known(store: Store, thread: str | None) -> Remembered | None:
    if thread is None:
        return None
    found = await store.read(lambda records: remembered(records, thread_of(thread))) if could_name(thread) else None
    if found is None:
        raise ThreadfastError(f"There is no conversation {thread!r}. `threadfast runs` lists them by thread.")
    return found


async def _new_thread(store: Store) -> ThreadRef:
    """Return a thread with an id that no conversation has yet."""
    while True:
        thread = thread_of("".join(secrets.choice(ID_LETTERS) for _ in range(ID_LENGTH)))
        of = thread.conversation
        if await store.read(lambda records, of=of: records.conversations.get(of)) is None:  # type: ignore[misc]
            return thread


def _refuse_unknown_team(settings: Settings, team: str | None) -> None:
    from agents.teams import list_teams

    names = [summary.name for summary in list_teams([settings.teams_folder])]
    if team is not None and team not in names:
        raise UnknownTeamError(team, names)


def _person(settings: Settings) -> Person:
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        # A container may run as a number that no account has.
        name = "person"
    return Person(id=str(os.getuid()), name=name, language=settings.spoken_language)


@contextmanager
def _leaving_in_order(came: list[signal.Signals]) -> Iterator[None]:
    """Leave with the conversation saved when the process is asked to end; keep the signals that asked in `came`."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def leave(which: signal.Signals) -> None:
        came.append(which)
        if task is not None:
            task.cancel()

    ends = (signal.SIGTERM, signal.SIGHUP)
    for end in ends:
        loop.add_signal_handler(end, leave, end)
    try:
        yield
    finally:
        for end in ends:
            loop.remove_signal_handler(end)
