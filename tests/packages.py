"""Distributions as Python finds them in a folder of its path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agents.tools import GROUP


def install(folder: Path, name: str, version: str = "1.0", *, tools: Mapping[str, str] | None = None) -> None:
    """Put what is known of an installed distribution, and the tools that it offers, into the folder."""
    about = folder / f"{name}-{version}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
    rows = [f"[{GROUP}]", *(f"{tool} = {place}" for tool, place in (tools or {}).items())]
    (about / "entry_points.txt").write_text("\n".join(rows) + "\n", "utf-8")
