"""The published JSON schema of team files: made from the definition, and what validates every file."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from agents.teams.definition import Team
from bot.domain import Json

PUBLISHED = "team.schema.json"
"""Its name in this package."""


class _Published(GenerateJsonSchema):
    """Leaves `null` out: in a file, a key without a value is a mistake."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        made = super().default_schema(schema)
        if "default" in made and made["default"] is None:
            del made["default"]
        return made


def make() -> str:
    """Return the schema's text as it is published."""
    schema = Team.model_json_schema(schema_generator=_Published)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Threadfast team"}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def text() -> str:
    """Return the schema's text that lies in the package."""
    return files("agents.teams").joinpath(PUBLISHED).read_text("utf-8")


@cache
def published() -> Json:
    """Return the schema that lies in the package."""
    loaded: Json = json.loads(text())
    return loaded
