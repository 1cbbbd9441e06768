"""Holds a file against the published schema and says what is wrong, in words."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from pydantic import ValidationError as PydanticError

from agents.teams.definition import Agent, Team
from agents.teams.schema import published
from agents.teams.source import Path_, Source

Problem = tuple[Path_, str]
"""Where something is wrong, and what."""

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
    found = schema_problems(source.values) or model_problems(source.values)
    if found:
        raise min((source.error(words, path) for path, words in found), key=lambda error: error.line or 0)
    return Team.model_validate(source.values)


def schema_problems(values: Any) -> list[Problem]:
    """Return every place that the schema does not allow, with what is wrong there."""
    found = (problem for error in _validator().iter_errors(values) for problem in _problems(error))
    # Of several missing keys each error tells all.
    return list(dict.fromkeys(found))


def model_problems(values: Any) -> list[Problem]:
    """Return what only the definition sees: the schema counts 3.0 as a whole number."""
    try:
        Team.model_validate(values)
    except PydanticError as error:
        return [(tuple(each["loc"]), each["msg"]) for each in error.errors()]
    return []


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(published())


def _problems(error: ValidationError) -> list[Problem]:
    # Of several shapes the one that was meant is the one whose kind of value is right.
    inside = (inner for inner in error.context or [] if inner.validator != "type" or inner.relative_path)
    error = next(inside, error)
    path: Path_ = tuple(error.absolute_path)
    rule: Any = error.validator_value
    schema: Any = error.schema
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        known = schema["properties"]
        extra = sorted(set(instance) - set(known), key=str)
        return [((*path, key), f"is not a key of a team file{nearest(key, known)}") for key in extra]
    if error.validator == "required":
        return [((*path, key), "is missing") for key in rule if key not in instance]
    return [(path, _words(error, rule, schema))]


def meant(key: str) -> str:
    """Return the key of a team file that was probably meant."""
    known = {*Team.model_fields, *Agent.model_fields}
    return key if key in known else next(iter(get_close_matches(key, known, n=1, cutoff=0.6)), key)


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
