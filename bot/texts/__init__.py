"""The bot's own words: one catalogue, English and Chinese.

Every sentence that a person reads and no agent wrote has an id here and stands in both languages
with the same facts in braces; tests/unit/test_texts.py compares them.
"""

from __future__ import annotations

from bot.texts.en import SENTENCES as EN
from bot.texts.zh import SENTENCES as ZH

CATALOGUE = {"en": EN, "zh": ZH}


def language_of(tag: str | None, fallback: str = "en") -> str:
    """Return the catalogue's language for a platform's tag such as `zh-CN`, or the fallback."""
    short = (tag or "").replace("_", "-").split("-")[0].lower()
    return short if short in CATALOGUE else fallback


def say(text_id: str, language: str, **facts: object) -> str:
    """Compose a sentence of the catalogue.

    Args:
        text_id: The sentence's id; an unknown one is a KeyError.
        language: `en` or `zh`; anything else is answered in English.
        facts: What stands in the sentence's braces.
    """
    return CATALOGUE.get(language, EN)[text_id].format(**facts)
