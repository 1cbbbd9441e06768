"""`threadfast audit`: who did what. Only reads."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.moments import moment

if TYPE_CHECKING:
    from bot.domain import AuditAction, AuditEntry, AuditFilter
    from bot.ports import Redact

HASH_SHOWN = 12
"""Letters of a hash that the table shows; `--json` has all of it."""


def audit(
    action: Annotated[
        str | None, typer.Option(metavar="ACTION", help="Only this, such as started, approved, ran, refused, forgot.")
    ] = None,
    person: Annotated[
        str, typer.Option(metavar="PERSON", help="Only by this person: ADAPTER:WORKSPACE:ID, or the id alone.")
    ] = "",
    conversation: Annotated[
        str, typer.Option(metavar="ID", help="Only of this conversation, or those whose ids begin so.")
    ] = "",
    run: Annotated[str, typer.Option(metavar="ID", help="Only of this run, or those whose ids begin so.")] = "",
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Not before this: 2026-03-01, 2026-03-01T12:30, or 7d ago.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Before this.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="The newest so many.")] = 100,
    json: Annotated[bool, typer.Option("--json", help="One line of JSON for each, with everything.")] = False,
) -> None:
    """List who started, answered, approved, stopped, changed or was refused what, oldest first. It holds no texts."""
    from bot.domain import AuditFilter

    wanted = AuditFilter(
        action=_action(action),
        person=person,
        conversation=conversation,
        run=run,
        since=_moment(since, "--since"),
        until=_moment(until, "--until"),
        limit=limit,
    )
    from bot.commands.begin import begin
    from bot.redaction import Redactor

    settings = begin()
    asyncio.run(_show(settings.database_path, wanted, Redactor(settings.secrets), json=json))


def _action(name: str | None) -> AuditAction | None:
    from bot.domain import AuditAction

    if name is None:
        return None
    try:
        return AuditAction(name)
    except ValueError as error:
        known = ", ".join(AuditAction)
        raise typer.BadParameter(f"{name!r} is none of {known}", param_hint="--action") from error


def _moment(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        return moment(text, datetime.now(UTC))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


async def _show(database: Path, wanted: AuditFilter, redact: Redact, *, json: bool) -> None:
    from bot.app import reading
    from bot.audit_file import database_of, line_of
    from bot.commands.table import show

    async with reading(database) as store:
        found, own = await store.read(lambda records: (records.audit.of(wanted), database_of(records)))
    if json:
        for entry in found:
            typer.echo(line_of(entry, database=own, redact=redact))
        return
    if not found:
        typer.echo(f"There is nothing like this in the audit log of {database}.", err=True)
        return
    rows = [tuple(map(redact.text, _row(entry))) for entry in found]
    show(("number", "time", "action", "person", "where", "run", "team", "sha256", "detail"), rows)
    if len(found) == wanted.limit:
        typer.echo(f"These are the newest {len(found)}; --limit shows more.", err=True)


def _row(entry: AuditEntry) -> tuple[str, ...]:
    at = entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    detail = " ".join(f"{name}={value}" for name, value in entry.detail.items())
    where = entry.conversation or entry.place
    hashed = entry.sha256[:HASH_SHOWN]
    return str(entry.number), at, entry.action.value, entry.person, where, entry.run[:8], entry.team, hashed, detail
