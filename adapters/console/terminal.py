"""The front for a person at a terminal: an input line, above it the turns, between them what is being said."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.application import in_terminal
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console, RenderableType
from rich.text import Text

from adapters.console import render
from adapters.console.front import EXIT_COMPLETED, tells_nothing
from adapters.console.talk import Talk
from adapters.console.words import CORRECTIONS, Meaning, understand
from adapters.text import harmless
from bot.domain import Post, PostKind, Receipt, TurnKind
from bot.errors import ThreadfastError
from bot.texts import say

NARROW = 40
"""Below this many columns the input line's label is only its mark."""
STAGE = "/stage"
"""In place of a chat path."""


class TerminalFront:
    """An input line beside turns that stream."""

    def __init__(self, out: TextIO, *, heading: str, language: str, command: str = "threadfast chat") -> None:
        # The stream as it is before the input line takes standard output over.
        self._console = Console(file=out, highlight=False)
        self._heading = heading
        self._language = language
        self._command = command
        self._session: PromptSession[str] = PromptSession(key_bindings=_keys(), erase_when_done=True)
        self._session.app.min_redraw_interval = 0.05
        self._talk: Talk | None = None
        self._saying: dict[str, tuple[str, str]] = {}
        self._waiting: set[str] = set()
        """The chat paths in which an agent waits: what stands there are no words of its own."""

    async def show(self, post: Post) -> None:
        """Show a post above the input line."""
        shown = self._rendered(post)
        if shown is not None:
            await self._print(shown)

    def preview(self, path: str, agent: str, text: str) -> None:
        """Show more of what an agent is saying above the input line, until its turn is shown."""
        speaker, said = self._saying.pop(path, (agent, ""))
        if path in self._waiting:
            self._waiting.remove(path)
            said = ""
        if text:
            self._saying[path] = agent, (said if speaker == agent else "") + text
        self._session.app.invalidate()

    def status(self, path: str, agent: str, text: str) -> None:
        """Say above the input line what an agent waits for, in place of what it has said so far."""
        self.preview(path, agent, "")
        if text:
            self._waiting.add(path)
            self._saying[path] = agent, text

    def stage(self, stage: str, done: int, total: int) -> None:
        """Show how far the embedded model is, as if it were speaking."""
        if stage == "ready":
            self._saying.pop(STAGE, None)
        else:
            words = say(f"stage_{stage}", self._language, percent=100 * done // max(1, total))
            self._saying[STAGE] = words, ""
        self._session.app.invalidate()

    async def note(self, text: str) -> None:
        """Show words of the bot's own."""
        await self._print(render.rich_note(text))

    async def converse(self, talk: Talk, history: Sequence[Post]) -> int:
        """Take lines until Ctrl-D."""
        self._talk = talk
        await self._print(render.rich_note(self._heading))
        for post in history:
            await self.show(post)
        draft = ""
        with patch_stdout(raw=True):
            while True:
                try:
                    line = await self._session.prompt_async(self._message, default=draft)
                except EOFError:
                    break
                except KeyboardInterrupt:
                    await self._do(talk.stop(), in_thread=False)
                    continue
                draft = await self._take(talk, line)
        self._farewell(talk)
        return EXIT_COMPLETED

    async def _take(self, talk: Talk, line: str) -> str:
        """Do what a line says; return it when it could not be taken."""
        words = understand(line, talk.request)
        if words.meaning is Meaning.NOTHING:
            return ""
        await self._print(Text(f"{self._label()}{harmless(line)}", style="bold", overflow="fold"))
        if words.meaning is Meaning.SAY:
            return "" if await self._do(talk.say(words.text), in_thread=bool(words.text)) else line
        if words.meaning is Meaning.STOP:
            await self._do(talk.stop(), in_thread=False)
        else:
            models = await talk.models() if words.meaning is Meaning.MODELS else []
            told = "\n".join(models) or self._told(talk, words.meaning, words.text)
            await self._print(render.rich_note(told))
        # The number stays typed where only the reason is missing.
        return f"{words.text} " if words.meaning is Meaning.NO_REASON else ""

    def _told(self, talk: Talk, meaning: Meaning, text: str) -> str:
        if meaning is Meaning.TEAMS:
            return "\n".join(render.team_lines(talk.teams()))
        if meaning is Meaning.HELP:
            return say("console_help", talk.language)
        return say(CORRECTIONS[meaning], talk.language, text=text)

    async def _do(self, asked: Coroutine[Any, Any, Receipt], *, in_thread: bool) -> bool:
        try:
            receipt = await asked
        except ThreadfastError as error:
            await self._print(render.rich_note(str(error), wrong=True))
            return False
        # What a message led to is said in the thread, by a post; what a stop or an empty line led to, in its receipt.
        if receipt.text and not in_thread:
            await self._print(render.rich_note(receipt.text))
        return True

    def _rendered(self, post: Post) -> RenderableType | None:
        if post.turn is not None and post.turn.kind is not TurnKind.NOTICE:
            return render.rich_turn(post.turn, post.language)
        if post.kind is PostKind.REQUEST and post.request is not None:
            return render.rich_card(post.request, post.text, post.language)
        if post.kind is PostKind.CLOSED and tells_nothing(post):
            return None
        return render.rich_note(post.turn.text if post.turn else post.text)

    def _message(self) -> StyleAndTextTuples:
        """Compose what stands before the input: the last lines of what agents are saying, and a label."""
        size = self._session.app.output.get_size()
        rows = max(1, min(10, size.rows - 4) // max(1, len(self._saying)))
        lines = [
            line
            for agent, text in self._saying.values()
            for line in render.preview_lines(agent, text, width=max(2, size.columns - 1), rows=rows)
        ]
        return [*(("fg:ansibrightblack", f"{line}\n") for line in lines), ("bold", self._label())]

    def _label(self) -> str:
        if self._console.width < NARROW:
            return "> "
        request = self._talk.request if self._talk else None
        if request is not None:
            return f"{say('console_to', self._language, agent=render.one_line(request.speaker))}> "
        return f"{say('console_you', self._language)}> "

    async def _print(self, shown: RenderableType) -> None:
        async with in_terminal():
            self._console.print(shown)

    def _saved(self, talk: Talk) -> str:
        return say("console_saved", talk.language, command=self._command, thread=talk.thread.thread)

    def _farewell(self, talk: Talk) -> None:
        if talk.working:
            self._console.print(render.rich_note(say("console_saved_working", talk.language)))
        self._console.print(render.rich_note(self._saved(talk)))


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c")
    @keys.add("<sigint>")
    def _(event: KeyPressEvent) -> None:
        """Clear what is typed; on an empty line stop the run."""
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt(), style="class:aborting")

    return keys
