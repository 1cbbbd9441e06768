from __future__ import annotations

import pytest

from agents.models.failures import unreachable
from agents.models.hosts.reports import HostReport, LoadedModel
from bot.operating.told import hosts_told
from bot.texts.amounts import bytes_in_words

GIGA = 10**9
BUSY = HostReport(
    name="gpu1",
    address="http://10.0.0.5:11434",
    kind="ollama",
    version="0.33.1",
    models={"qwen2:7b": 4 * GIGA, "small": GIGA},
    loaded=(
        LoadedModel(name="qwen2:7b", size=5 * GIGA, context=8192),
        LoadedModel(name="small", size=0),
    ),
    slots=2,
    busy=1,
    waiting={"qwen2:7b": 3},
)


def test_host_is_told_with_its_memory_its_calls_and_its_queue() -> None:
    assert list(hosts_told([BUSY], [], "en")) == [
        "`gpu1`: Ollama 0.33.1, models: 2.",
        "Calls under way there: 1 of 2.",
        "In its memory: `qwen2:7b` (5.0 GB, context 8192), `small` (size not told).",
        "Waiting for `qwen2:7b`: 3.",
    ]


def test_host_that_is_away_says_why_in_the_language_and_nothing_else() -> None:
    error = unreachable("gpu2", ConnectionError("refused"))
    report = HostReport(name="gpu2", address="", kind="ollama", error=str(error), failure=error, models={"a": 1})

    [english] = hosts_told([report], [], "en")
    [chinese] = hosts_told([report], [], "zh")

    assert english.startswith("`gpu2` cannot be used: ")
    assert chinese.startswith("`gpu2` 无法使用：")
    assert str(error) not in chinese


@pytest.mark.parametrize(("kind", "words"), [("openai", "a model server"), ("embedded", "the embedded demo model")])
def test_other_kinds_of_hosts_are_told_of(kind: str, words: str) -> None:
    report = HostReport(name="it", address="", kind="openai" if kind == "openai" else "embedded")

    lines = list(hosts_told([report], [], "en"))

    assert words in lines[0]
    assert lines[1:] == ["Calls under way there: 0."]


def test_what_is_missing_is_named_last() -> None:
    assert list(hosts_told([], ["a:1b", "b"], "en")) == ["Wanted by teams or settings, and on no host: `a:1b`, `b`."]


@pytest.mark.parametrize(
    ("count", "words"), [(0, "size not told"), (1, "1 MB"), (999_000_000, "999 MB"), (4_440_000_000, "4.4 GB")]
)
def test_bytes_are_told_as_hosts_count_them(count: int, words: str) -> None:
    assert bytes_in_words(count, "en") == words
