from __future__ import annotations

from string import Formatter

import pytest

from bot.texts import CATALOGUE, language_of, say


def facts_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_sentence_stands_in_every_language() -> None:
    assert set(CATALOGUE["en"]) == set(CATALOGUE["zh"])


@pytest.mark.parametrize("text_id", sorted(CATALOGUE["en"]))
def test_sentence_names_the_same_facts_in_every_language(text_id: str) -> None:
    assert facts_of(CATALOGUE["en"][text_id]) == facts_of(CATALOGUE["zh"][text_id])


@pytest.mark.parametrize(
    ("tag", "language"), [("zh-CN", "zh"), ("zh_TW", "zh"), ("en-GB", "en"), ("fr", "en"), (None, "en"), ("", "en")]
)
def test_platform_language_tag_finds_its_catalogue(tag: str | None, language: str) -> None:
    assert language_of(tag) == language


def test_unknown_language_is_answered_in_english() -> None:
    assert say("demo_model", "fr") == "demo model"
