"""Answers that a JSON schema confines, in either dialect."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

REFUSAL = "this server cannot confine answers to a JSON schema"


def schema_of(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the schema that a request wants its answer to match."""
    native, compatible = body.get("format"), body.get("response_format")
    if isinstance(native, dict):
        return native
    if isinstance(compatible, dict) and compatible.get("type") == "json_schema":
        schema: dict[str, Any] = compatible["json_schema"]["schema"]
        return schema
    return None


def confine(reply: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reply that can be nothing but what the schema allows: of each choice what the script's words name.

    Whether something is so is the case where the words are `true`.
    """
    words = str(reply.get("content") or "")
    value = {key: _chosen(rule, words) for key, rule in schema["properties"].items()}
    return {**reply, "content": json.dumps(value)}


def _chosen(rule: Mapping[str, Any], words: str) -> Any:
    if rule.get("type") == "boolean":
        return words == "true"
    return next((name for name in rule["enum"] if name in words), rule["enum"][0])
