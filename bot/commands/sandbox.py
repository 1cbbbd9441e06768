"""`threadfast sandbox`: the boxes that code runs in, and the packages it may import."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from agents.sandbox.sandbox import Proof
    from bot.config import Settings

app = typer.Typer(
    help="Try the sandbox, and fetch or list the packages that code may import.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("check")
def check() -> None:
    """Run a trial program in a box: which kind of box works here, why, and with which Python."""
    settings, proof = _proof()
    typer.echo(f"tier      {proof.tier}")
    typer.echo(f"why       {proof.why} {proof.how_to_mend}".rstrip())
    if not proof.ok:
        raise typer.Exit(1)
    typer.echo(f"python    {proof.python}")
    typer.echo(f"packages  {len(proof.packages)}, {_from(settings)}")


@app.command("list")
def list_packages() -> None:
    """List the packages that code may import beside the standard library."""
    from bot.commands.table import show

    settings, proof = _proof()
    _needed(proof)
    if not proof.packages:
        typer.echo(f"Python {proof.python} and its standard library only; `threadfast sandbox install` adds packages.")
        return
    typer.echo(f"Python {proof.python}, {_from(settings)}")
    show(("package", "version"), sorted(proof.packages.items(), key=lambda item: item[0].lower()))


@app.command("install")
def install() -> None:
    """Fetch the packages that code may import: exact versions from this machine's package index, kept in the cache.

    numpy, pandas, matplotlib, openpyxl, pillow, sympy, networkx, tabulate and what they need; about 400 MB.
    """
    from agents.sandbox.packages.installing import install as fetch
    from bot.errors import ThreadfastError

    settings, proof = _proof()
    _needed(proof)
    if settings.sandbox_image or settings.sandbox_python:
        name = "THREADFAST_SANDBOX_IMAGE" if settings.sandbox_image else "THREADFAST_SANDBOX_PYTHON"
        raise ThreadfastError(f"{name} is set: install packages there; what this command fetches would not be used.")
    version = ".".join(proof.python.split(".")[:2])
    typer.echo(str(fetch(settings.cache_folder, version, _tell)))


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _proof() -> tuple[Settings, Proof]:
    from bot.commands.begin import begin
    from bot.sandboxes import sandbox_of

    settings = begin()
    return settings, sandbox_of(settings).prove()


def _needed(proof: Proof) -> None:
    from bot.errors import SandboxUnavailableError

    if not proof.ok:
        raise SandboxUnavailableError(f"{proof.why} {proof.how_to_mend}")


def _from(settings: Settings) -> str:
    """Say where the packages come from."""
    if settings.sandbox_image:
        return f"from the image {settings.sandbox_image}"
    if settings.sandbox_python:
        return f"from {settings.sandbox_python}"
    return f"from {settings.cache_folder / 'sandbox'}"
