"""Holds a file against the published schema and says what is wrong, in words."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from pydantic import ValidationError as PydanticError

from agents.teams.definition import Team
from agents.teams.schema import published
from agents.teams.source import Path_, Source
from bot.errors import TeamFileError

TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def validate(source: Source) -> Team:
    """Return the team that a file describes, as written: nothing is resolved yet.

    Raises:
        TeamFileError: The first place, in the order of the file, that the schema does not allow.
    """
    found = [_problem(source, error) for error in _validator().iter_errors(source.values)]
    if found:
        raise min(found, key=lambda error: error.line or 0)
    try:
        return Team.model_validate(source.values)
    except PydanticError as error:
        # The schema counts 3.0 as a whole number; the definition does not.
        first = error.errors()[0]
        raise source.error(first["msg"], tuple(first["loc"])) from error


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(published())


def _problem(source: Source, error: ValidationError) -> TeamFileError:
    # Of several shapes the one that was meant is the one whose kind of value is right.
    error = next((inner for inner in error.context or [] if inner.validator != "type"), error)
    path: Path_ = tuple(error.absolute_path)
    rule: Any = error.validator_value
    schema: Any = error.schema
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        extra = sorted(set(instance) - set(schema["properties"]), key=str)[0]
        return source.error(f"is not a key of a team file{nearest(extra, schema['properties'])}", (*path, extra))
    if error.validator == "required":
        missing = next(key for key in rule if key not in instance)
        return source.error("is missing", (*path, missing))
    return source.error(_words(error, rule, schema), path)


def nearest(word: str, known: Any) -> str:
    """Return the sentence's end that names the known word that was probably meant."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else f"; there are: {', '.join(sorted(known))}"


def _words(error: ValidationError, limit: Any, schema: Any) -> str:
    match error.validator:
        case "type":
            return f"must be {TYPES.get(limit, limit)}, not {_kind(error.instance)}"
        case "anyOf":
            shapes = [TYPES[shape.get("type", "object")] for shape in limit]
            return f"must be {' or '.join(shapes)}, not {_kind(error.instance)}"
        case "enum":
            return f"is {error.instance!r}{nearest(str(error.instance), [str(word) for word in limit])}"
        case "pattern":
            return f"is {error.instance!r}, which is not allowed: {schema.get('description', limit)}"
        case "minLength" | "minItems" | "minProperties":
            return f"needs at least {limit} {_counted(error.instance, limit)}"
        case _:
            return _number(str(error.validator), limit) or error.message


def _number(validator: str, limit: Any) -> str:
    words = {
        "minimum": f"must be {limit} or more",
        "maximum": f"must be {limit} or less",
        "exclusiveMinimum": f"must be more than {limit}",
        "maxLength": f"must not be longer than {limit} characters",
    }
    return words.get(validator, "")


def _counted(value: Any, count: int) -> str:
    word = "character" if isinstance(value, str) else "entry"
    if count == 1:
        return word
    return "characters" if word == "character" else "entries"


def _kind(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return "nothing" if value is None else names.get(type(value), f"a {type(value).__name__}")
