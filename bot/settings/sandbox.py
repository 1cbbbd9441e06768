"""The settings of the sandbox, in which code of agents runs: a section of `bot.config`, which reads them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# What a reference to an image begins with is never taken for an option of the runtime.
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]{0,250}")
_RUNTIME = re.compile(r"[A-Za-z0-9._-]{1,60}|/.{1,250}")


class SandboxSection(BaseSettings):
    """What the boxes of this process may use, and how they are made."""

    model_config = SettingsConfigDict(env_prefix="THREADFAST_", extra="forbid", env_ignore_empty=True, frozen=True)

    sandbox_seconds: int = Field(
        600, ge=1, le=3600, description="Sandbox: longest time that a run of code may take, whatever its team allows."
    )
    sandbox_memory_mb: int = Field(
        4096, ge=64, description="Sandbox: most memory that a run of code may use, in MiB, whatever its team allows."
    )
    sandbox_python: Path | None = Field(
        None,
        description="Sandbox: folder of a virtual environment of your own whose packages code may import; without it, "
        "what `threadfast sandbox install` fetched.",
    )
    sandbox_image: str | None = Field(
        None,
        description="Sandbox: image of containers that code runs in, instead of bubblewrap's boxes; it holds Python 3 "
        "and is never pulled.",
    )
    sandbox_runtime: str | None = Field(
        None,
        description="Sandbox: `podman`, `docker` or the path of one, to run that image; without it the first that is "
        "there.",
    )

    @field_validator("sandbox_python")
    @classmethod
    def _whole_folder(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value is not None else None

    @field_validator("sandbox_image")
    @classmethod
    def _reference(cls, value: str | None) -> str | None:
        if value is not None and not _IMAGE.fullmatch(value):
            raise ValueError(f"{value!r} is no image's name: they look like python:3.13-slim")
        return value

    @field_validator("sandbox_runtime")
    @classmethod
    def _program(cls, value: str | None) -> str | None:
        if value is not None and not _RUNTIME.fullmatch(value):
            raise ValueError(f"{value!r} is no program: give podman, docker, or a path that begins with /")
        return value

    @model_validator(mode="after")
    def _one_kind_of_box(self) -> Self:
        if self.sandbox_runtime is not None and self.sandbox_image is None:
            raise ValueError("THREADFAST_SANDBOX_RUNTIME is set without THREADFAST_SANDBOX_IMAGE: name the image too")
        if self.sandbox_python is not None and self.sandbox_image is not None:
            raise ValueError(
                "THREADFAST_SANDBOX_PYTHON and THREADFAST_SANDBOX_IMAGE are both set: an image brings its own Python"
            )
        return self
