"""`threadfast chat`: talk with a team in this terminal."""

from __future__ import annotations

from typing import Annotated

import typer


def chat(
    team: Annotated[str | None, typer.Option(help="The team to talk with; `threadfast teams` lists them.")] = None,
    thread: Annotated[str | None, typer.Option(help="Continue the conversation with this id.")] = None,
    say: Annotated[str | None, typer.Option(help="Say this, print plain lines, and leave.")] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="Answer the next question with this; may be given several times."),
    ] = None,
) -> None:
    """Talk with a team in this terminal.

    At a terminal: an input line, /help, Ctrl-C stops the run, Ctrl-D leaves. Otherwise, or with --say: one turn
    after another as `agent: text` on standard output; the lines of standard input are read as messages and answers.
    Approvals are answered by `approve` or `reject REASON`.

    Exit status: 0 the run completed, 1 it failed, 3 it waits for a person (the last two lines are the thread's id
    and the question), 130 it was stopped.
    """
    if answer and say is None and thread is None:
        raise typer.BadParameter("--answer needs --say or --thread: there is no question yet.", param_hint="--answer")
    from bot.commands.begin import begin
    from bot.commands.conversing import Wanted, converse
    from bot.commands.leaving import run

    settings = begin(quiet=True)
    wanted = Wanted(team=team, thread=thread, first=say, answers=tuple(answer or ()))
    raise typer.Exit(run(converse(settings, wanted)))
