"""The plain front: turns as lines on standard output, everything else on standard error.

On standard output there are turns and, when the process leaves a question open, what would run, `thread: ID` and the
question as the last line. Words come from `--say` and `--answer`, else from the lines of standard input: a line is
read when the team waits for a person or has ended.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from adapters.console.front import EXIT_FAILED, EXIT_STOPPED, EXIT_USAGE, exit_status, refused, tells_nothing
from adapters.console.lines import Lines
from adapters.console.render import has_files, one_line, plain_card, plain_turn, team_lines
from adapters.console.talk import Talk
from adapters.console.words import CORRECTIONS, Meaning, Words, understand
from bot.domain import Accepted, Post, PostKind, Receipt, TurnKind
from bot.errors import RetryLaterError, ThreadfastError
from bot.texts import say

LATER = 3600.0
"""Seconds until a post that nobody can see now is offered again, if this process still lives."""


class PlainFront:
    """Plain lines."""

    def __init__(
        self, *, out: TextIO, err: TextIO, say_first: str | None, answers: Sequence[str], lines: Lines | None
    ) -> None:
        self._out = out
        self._err = err
        self._first = say_first
        self._answers = list(answers)
        self._lines = lines
        self._told: list[str] = []
        self._otherwise = EXIT_USAGE
        self._stopping = False
        self._left = False
        """Whether the last lines are printed: a turn of a parallel chat must not follow them."""
        self._talker: asyncio.Task[int] | None = None
        self._unwritable = ""
        """Why standard output takes nothing."""
        self._writing = asyncio.Lock()
        self._waiting: set[str] = set()
        """The chat paths in which an agent waits, and people are told."""
        self._beside: asyncio.TaskGroup | None = None
        """What writes lines while the talk goes on."""

    async def show(self, post: Post) -> None:
        """Print a turn, or the bot's words about the run."""
        if post.turn is not None and post.turn.kind is not TurnKind.NOTICE:
            if self._left:
                raise RetryLaterError("The question is the last line of this process.", retry_after=LATER)
            await self._print(plain_turn(post.turn, post.language))
            if has_files(post.turn) and post.run is not None:
                await self.note(say("console_files", post.language, run=post.run[:8]))
        elif post.kind is PostKind.REQUEST:
            await self._ask(post)
        elif post.text in self._told:
            self._told.remove(post.text)
        elif not (post.kind is PostKind.CLOSED and tells_nothing(post)):
            await self.note(post.turn.text if post.turn else post.text)

    def preview(self, path: str, agent: str, text: str) -> None:
        """Show nothing: a line cannot be replaced."""
        self._waiting.discard(path)

    def status(self, path: str, agent: str, text: str) -> None:
        """Say what an agent waits for, once: a line on standard error cannot be replaced as that changes."""
        if not text:
            self._waiting.discard(path)
        elif path not in self._waiting and self._beside is not None:
            self._waiting.add(path)
            self._beside.create_task(self.note(f"{agent}: {text}"))

    async def note(self, text: str) -> None:
        """Print a line on standard error."""
        await self._tell(one_line(text))

    async def converse(self, talk: Talk, history: Sequence[Post]) -> int:
        """Say what is to be said, until the run ends or waits and there are no words left."""
        loop = asyncio.get_running_loop()
        await self.note(f"thread: {talk.thread.thread}")
        async with asyncio.TaskGroup() as group:
            self._beside = group
            self._talker = group.create_task(self._talk(talk))
            loop.add_signal_handler(signal.SIGINT, lambda: group.create_task(self._interrupted(talk)))
            try:
                return await self._talker
            except asyncio.CancelledError:
                if not self._stopping:
                    raise
                if self._unwritable:
                    raise ThreadfastError(self._unwritable) from None
                return EXIT_STOPPED
            finally:
                self._beside = None
                loop.remove_signal_handler(signal.SIGINT)

    async def _interrupted(self, talk: Talk) -> None:
        again, self._stopping = self._stopping, True
        try:
            if not again and (await talk.stop()).outcome is Accepted.STOPPED:
                await talk.rest()
        finally:
            if self._talker is not None:
                self._talker.cancel()

    async def _talk(self, talk: Talk) -> int:
        await talk.rest()
        while (line := await self._next(talk)) is not None:
            await self._take(talk, line)
            await talk.rest()
        return await self._leave(talk)

    async def _next(self, talk: Talk) -> str | None:
        first, self._first = self._first, None
        if first is not None:
            return first
        if talk.question is not None and self._answers:
            answer = self._answers.pop(0)
            await self.note(f"> {answer}")
            return answer
        return await self._lines.next() if self._lines else None

    async def _take(self, talk: Talk, line: str) -> None:
        words = understand(line, talk.request)
        if words.meaning is Meaning.SAY:
            await self._received(await talk.say(words.text))
        elif words.meaning is Meaning.STOP:
            await self._received(await talk.stop())
        else:
            for told in await self._answered(talk, words):
                await self.note(told)

    @staticmethod
    async def _answered(talk: Talk, words: Words) -> Sequence[str]:
        """Return what a line that is said to nobody is answered with."""
        if words.meaning is Meaning.TEAMS:
            return team_lines(talk.teams())
        if words.meaning is Meaning.MODELS:
            return await talk.models()
        if words.meaning is Meaning.HELP:
            return [say("console_help", talk.language)]
        known = words.meaning in CORRECTIONS
        return [say(CORRECTIONS[words.meaning], talk.language, text=words.text)] if known else []

    async def _received(self, receipt: Receipt) -> None:
        if receipt.text:
            # Told at once: the post that says the same may come after we have left.
            await self.note(receipt.text)
            self._told.append(receipt.text)
        self._otherwise = EXIT_FAILED if refused(receipt) else self._otherwise

    async def _leave(self, talk: Talk) -> int:
        self._left = True
        if self._answers:
            await self.note(say("console_left_over", talk.language, answers=", ".join(map(repr, self._answers))))
        if talk.question is not None and talk.request is not None:
            for line in plain_card(talk.request, talk.language):
                await self._print(line)
            await self._print(f"thread: {talk.thread.thread}")
            await self._print(one_line(talk.question.text))
        status = exit_status(talk, otherwise=self._otherwise)
        if status == EXIT_USAGE:
            await self.note(say("console_no_words", talk.language))
        return status

    async def _ask(self, post: Post) -> None:
        """Show a question where it does not disturb the turns; it comes on standard output only if it stays open."""
        if (self._answers or self._lines) and post.request is not None:
            # In one piece, and before the answer that is given at once: that waits for its turn to write.
            await self._tell("\n".join([*plain_card(post.request, post.language), one_line(post.text)]))

    async def _tell(self, text: str) -> None:
        """Write to standard error; where that is closed, nobody can be told so."""
        with suppress(OSError):
            await self._write(self._err, text)

    async def _write(self, stream: TextIO, text: str) -> None:
        """Write whole lines, in the order in which writers came: what one writes is never torn by another."""
        async with self._writing:
            # A reader may pause for as long as it likes; the loop must not wait with it.
            await asyncio.to_thread(_put, stream, text)

    async def _print(self, text: str) -> None:
        try:
            await self._write(self._out, text)
        except BrokenPipeError as error:
            self._reader_left()
            raise RetryLaterError("Nobody reads standard output any more.", retry_after=LATER) from error
        except OSError as error:
            self._unwritable = f"Standard output cannot be written: {error.strerror}. The conversation is saved."
            self._reader_left()
            raise RetryLaterError(self._unwritable, retry_after=LATER) from error

    def _reader_left(self) -> None:
        # What is still buffered would be written, and fail, once more when the interpreter exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())
        self._stopping = True
        if self._talker is not None:
            self._talker.cancel()


def _put(stream: TextIO, text: str) -> None:
    # One call: a stream that is shared writes no other's words between a text and its line end.
    stream.write(f"{text}\n")
    stream.flush()
