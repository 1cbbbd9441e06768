"""Taking secrets out of what leaves the process: messages, files, logs, errors. Pure.

What is configured is found in every form in which it is likely to be repeated (`written`); keys of others are known by
their shape (`shapes`).
"""

from __future__ import annotations

from bot.redaction.redactor import BEGINNING, LOOKED_BACK, PASSWORDS, REDACTED, SHORTEST, Redactor
from bot.redaction.written import end_of, whole

__all__ = ["BEGINNING", "LOOKED_BACK", "PASSWORDS", "REDACTED", "SHORTEST", "Redactor", "end_of", "whole"]
