"""The settings about what is kept, how long, and where else the audit log goes: a section of `bot.config`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class AuditSection(BaseSettings):
    """How long conversations are kept, and who else gets the audit log."""

    model_config = SettingsConfigDict(env_prefix="THREADFAST_", extra="forbid", env_ignore_empty=True, frozen=True)

    retention_days: int | None = Field(
        None,
        ge=1,
        le=36_500,
        description="Days without a word after which a conversation is deleted, unless a run of it is open; without "
        "it, conversations are kept until `threadfast forget` ([docs/audit.md](docs/audit.md)).",
    )
    audit_file: Path | None = Field(
        None,
        description="File to which `threadfast run` appends every entry of the audit log as a line of JSON "
        "([docs/audit.md](docs/audit.md)).",
    )

    @field_validator("audit_file")
    @classmethod
    def _whole_audit_path(cls, value: Path | None) -> Path | None:
        if value is None:
            return None
        whole = value.expanduser().absolute()
        if whole.is_dir():
            raise ValueError("this is a folder; give the path of a file")
        return whole
