"""The kinds of boxes that the attacks are run in."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from agents.sandbox.bubblewrap.box import Bubblewrapped
from agents.sandbox.sandbox import Sandbox, Wanted
from agents.sandbox.work import Maker
from bot.errors import SandboxUnavailableError


class NotHereError(Exception):
    """This kind of box does not work on this host."""


def bubblewrap() -> Maker:
    """Return the first tier."""
    return _proven(Sandbox(Wanted(packages=_with_the_bot(), private=(_with_the_bot() / "app",))))


@cache
def _with_the_bot() -> Path:
    """Return a folder for boxes to read in which the bot's own lies too, as it does under /usr/src."""
    folder = Path(tempfile.mkdtemp(prefix="abuse-packages-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    (folder / "app" / "data").mkdir(parents=True)
    for name in ("threadfast.yaml", "data/threadfast.db"):
        (folder / "app" / name).write_text("the bot's own")
    return folder


def without_proc() -> Maker:
    """Return the second tier, which containers have."""
    maker = bubblewrap()
    if not isinstance(maker, Bubblewrapped):
        raise NotHereError("no bubblewrap")
    return Bubblewrapped(replace(maker.setup, proc=False, no_nested=False))


def container() -> Maker:
    """Return the tier of containers, of the image that the environment names."""
    image, runtime = (os.environ.get(f"THREADFAST_SANDBOX_{name}", "") for name in ("IMAGE", "RUNTIME"))
    if not image:
        raise NotHereError("THREADFAST_SANDBOX_IMAGE is not set")
    return _proven(Sandbox(Wanted(image=image, runtime=runtime)))


def _proven(sandbox: Sandbox) -> Maker:
    try:
        return sandbox.maker()
    except SandboxUnavailableError as error:
        raise NotHereError(str(error)) from error


MAKERS: dict[str, Callable[[], Maker]] = {
    "bubblewrap": bubblewrap,
    "without-proc": without_proc,
    "container": container,
}
