"""`threadfast forget`: deletes conversations for good, with everything in them; the audit log keeps its facts.

Where an engine works on the database, it is asked to: it also ends what works there. Otherwise this process deletes.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.moments import before

if TYPE_CHECKING:
    from bot.commands.forgetting import Wanted

USAGE = 2


def forget(
    person: Annotated[
        str | None,
        typer.Option(
            metavar="ADAPTER:WORKSPACE:ID",
            help="Every conversation that this person began a run or spoke in; discord:*:ID: on every server, and "
            "their direct messages.",
        ),
    ] = None,
    conversation: Annotated[
        str | None, typer.Option(metavar="ID", help="This conversation, given by its id or how that begins.")
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option(metavar="90d", help="Every conversation without a word for so long and without an open run."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before.")] = False,
) -> None:
    """Delete conversations for good: messages, runs, questions, files. The audit log keeps who did what, without texts.

    What the bot and people wrote in the thread stays on the platform, until somebody deletes it there.
    """
    wanted = _wanted(person, conversation, older_than)
    from bot.commands.begin import begin

    settings = begin()
    asyncio.run(_forget(settings.database_path, wanted, yes=yes))


def _wanted(person: str | None, conversation: str | None, older_than: str | None) -> Wanted:
    from bot.commands.forgetting import Wanted

    given = [option for option in (person, conversation, older_than) if option is not None]
    if len(given) != 1:
        raise typer.BadParameter("give exactly one of --person, --conversation and --older-than")
    if not given[0].strip() or not given[0].isprintable():
        raise typer.BadParameter(f"{given[0]!r} names nothing")
    if person is not None and not (person.count(":") >= 2 and all(person.split(":"))):
        raise typer.BadParameter(
            f"{person!r} is not ADAPTER:WORKSPACE:ID, such as slack:T0123ABCD:U0123ABCD; `threadfast audit` shows them",
            param_hint="--person",
        )
    if older_than is None:
        return Wanted(person=person, conversation=conversation)
    try:
        return Wanted(untouched_since=before(older_than, datetime.now(UTC)))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--older-than") from error


async def _forget(database: Path, wanted: Wanted, *, yes: bool) -> None:
    from bot.app import reading
    from bot.commands.forgetting import found, of_each
    from bot.commands.table import show

    async with reading(database) as store:
        conversations = await store.read(lambda records: found(records, wanted))
        if not conversations:
            typer.echo(f"There is nothing like this in {database}.", err=True)
            return
        rows, counted = await store.read(lambda records: of_each(records, conversations))
    show(("conversation", "team", "status", "begun", "runs", "messages", "posts"), rows)
    for line in (*counted, *_remains(database)):
        typer.echo(line, err=True)
    if not yes:
        _ask(len(conversations))
    with ExitStack() as stack:
        alone = await _alone(database, stack)
        await (_delete(database, wanted, conversations) if alone else _have_deleted(database, wanted, conversations))


def _remains(database: Path) -> list[str]:
    backups = sorted(str(path) for path in database.parent.glob(f"{database.name}.*.bak"))
    lines = ["What others said there is deleted as well. On the platform the thread stays as it is."]
    if backups:
        lines.append(f"Backups still hold what they hold: {', '.join(backups)}")
    return lines


def _ask(count: int) -> None:
    if not sys.stdin.isatty():
        typer.echo("Nothing was deleted: there is nobody to ask here. Give --yes.", err=True)
        raise typer.Exit(USAGE)
    if not typer.confirm(f"Delete {count} for good?", err=True):
        typer.echo("Nothing was deleted.", err=True)
        raise typer.Exit(1)


async def _alone(database: Path, stack: ExitStack) -> bool:
    """Take the engine's place; say whether it was free."""
    from bot.errors import StoreInUseError
    from bot.store import EngineLock

    lock = EngineLock(database)
    try:
        await asyncio.to_thread(lock.acquire)
    except StoreInUseError:
        return False
    stack.callback(lock.release)
    return True


async def _delete(database: Path, wanted: Wanted, conversations: Sequence[str]) -> None:
    """Delete them here: no engine works on the database."""
    from bot.commands.forgetting import delete
    from bot.errors import StoreError
    from bot.store import open_store
    from bot.store.compacting import compact

    store = await asyncio.to_thread(open_store, database)
    try:
        count = await delete(store, wanted, conversations)
    finally:
        await store.close()
    typer.echo(f"Deleted {count} of {len(conversations)}.", err=True)
    try:
        await asyncio.to_thread(compact, database)
    except StoreError as error:
        typer.echo(
            f"The file was not written anew, so what earlier versions deleted may still be in it. {error}", err=True
        )


async def _have_deleted(database: Path, wanted: Wanted, conversations: Sequence[str]) -> None:
    """Have the engine that works on the database delete them, and wait until it has."""
    from bot.commands.forgetting import have_deleted
    from bot.errors import ThreadfastError
    from bot.store import open_store

    store = await asyncio.to_thread(open_store, database)
    try:
        left, touched = await have_deleted(store, wanted, conversations)
    finally:
        await store.close()
    if left:
        raise ThreadfastError(
            f"{left} of {len(conversations)} are not deleted yet: the process that works on {database} has not come to "
            "it. It is recorded, and done as soon as that process goes on or the next one starts."
        )
    deleted = len(conversations) - touched
    typer.echo(f"Deleted {deleted} of {len(conversations)}, by the process that serves them.", err=True)
