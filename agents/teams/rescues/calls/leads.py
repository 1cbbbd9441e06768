"""Whether a line before a call says that the model makes it now, and does not only speak of it. Pure."""

from __future__ import annotations

import re

_LONGEST = 300
"""Characters of a lead-in: who writes more explains something."""
_ITSELF = re.compile(r"\b(?:i|we|let me|let'?s|let us|calling|using|checking)\b|我|让我|调用|查", re.IGNORECASE)
"""A call that is made is announced by the one who makes it."""
_MENTIONS = re.compile(
    r"\b(?:no|not|never|nothing|none|nobody|cannot|without|instead|avoid\w*|refus\w+|ignor\w+|reject\w*"
    r"|would|could|might|should|if|how (?:to|it|this|you)|examples?|samples?|tests?|shows?"
    r"|such as|like this|looks? like|e\.g"
    r"|says?|said|reads|wrote|written|writ\w+|contain\w*|quot\w+|instruct\w+|injec\w+|suspicious|danger\w*"
    r"|asked|asks|json|yaml|code|programs?|scripts?|snippets?|format|config\w*|payload|attached)\b"
    r"|n['’]t\b|[?？<]|不|没|别|勿|未|例|如果|假如|比如|要是|怎么|怎样|你|您|说|写|代码|程序|脚本|格式|配置",
    re.IGNORECASE,
)
"""Words of one who denies, asks, quotes or explains; and tags, which are none of a sentence."""


def announces(line: str) -> bool:
    """Return whether a line says no more than that its writer makes a call now: `I will look it up:`.

    In doubt it does not: a call that stays text does no harm.
    """
    return len(line) <= _LONGEST and bool(_ITSELF.search(line)) and not _MENTIONS.search(line)
