"""Checks tool calls against the tools' schemas and puts right what is plainly meant. Pure.

A call that is right as it stands is passed on as the very object that it is.
"""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import SchemaError, UndefinedTypeCheck, UnknownType
from referencing.exceptions import Unresolvable

from agents.teams.rescues.calls.names import functions_of, meant
from agents.teams.rescues.calls.values import Unreadable, as_json, object_in, value_in

Tool = dict[str, Any]
_ROUNDS = 20
"""Values of one call that are put right at most."""
_INTEGER = re.compile(r"[+-]?\d{1,15}")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_TRUTH = {"true": True, "false": False, "yes": True, "no": False}
_OF_VALUES = frozenset({"type", "enum", "const", "anyOf", "oneOf"})
"""Rules that another form of the same value may keep."""
_UNREADABLE_SCHEMA = (SchemaError, UnknownType, UndefinedTypeCheck, Unresolvable)


@dataclass(frozen=True, slots=True)
class Checked:
    """Tool calls as they may be made, and what is wrong with those that may not."""

    calls: list[dict[str, Any]]
    mended: bool = False
    """Whether any was put right."""
    problems: tuple[str, ...] = ()
    """Sentences for the model about those that may not be made; these are as the model made them."""
    wrong: frozenset[int] = frozenset()
    """The places of these among the calls."""


def checked(calls: Sequence[dict[str, Any]], offered: Sequence[Tool]) -> Checked:
    """Return the calls, each right for its tool, or what is wrong with them."""
    tools = functions_of(offered)
    made, problems = [], dict[int, str]()
    for at, call in enumerate(calls):
        function = call.get("function") or {}
        made.append(call)
        try:
            right = _right(str(function.get("name") or ""), function.get("arguments"), tools)
        except _WrongError as wrong:
            problems[at] = str(wrong)
            continue
        if right != (function.get("name"), function.get("arguments")):
            made[at] = {**call, "function": {**function, "name": right[0], "arguments": right[1]}}
    mended = any(one is not other for one, other in zip(made, calls, strict=True))
    return Checked(made, mended, tuple(dict.fromkeys(problems.values())), frozenset(problems))


class _WrongError(Exception):
    """What is wrong with a call, as a sentence for the model."""


def _right(name: str, arguments: Any, tools: Mapping[str, Any]) -> tuple[str, Any]:
    known = meant(name, tools)
    if known is None:
        raise _WrongError(f"There is no tool {name!r}. The tools are: {', '.join(tools)}.")
    schema = tools[known]
    given = arguments
    try:
        given, value = _read(known, arguments)
        return known, _fitting(known, given, value, schema)
    except _UNREADABLE_SCHEMA:
        return known, given
    except (Unreadable, RecursionError) as error:
        raise _WrongError(f"The arguments of {known} are nested too deeply, or are no JSON.") from error


def _read(name: str, arguments: Any) -> tuple[Any, dict[str, Any]]:
    """Return arguments as they are passed on, and as an object."""
    try:
        value = json.loads(arguments)
        if isinstance(value, dict):
            return arguments, value
    except (ValueError, TypeError, RecursionError):
        pass
    found = arguments if isinstance(arguments, dict) else _object(arguments)
    if found is None:
        raise _WrongError(f"The arguments of {name} are not a JSON object: {str(arguments)[:200]}")
    return as_json(found), found


def _object(arguments: Any) -> dict[str, Any] | None:
    text = str(arguments or "").strip()
    found = object_in(text) if text else {}
    if found is not None or not text.startswith('"'):
        return found
    try:
        inner = value_in(text)  # JSON within JSON
    except Unreadable:
        return None
    return object_in(inner) if isinstance(inner, str) else None


def _fitting(name: str, given: Any, value: dict[str, Any], schema: dict[str, Any]) -> Any:
    validator = Draft202012Validator(schema)
    if validator.is_valid(value):
        return given
    mended = _renamed(copy.deepcopy(value), schema)
    for _ in range(_ROUNDS):
        errors = list(islice(validator.iter_errors(mended), _ROUNDS))
        if not errors:
            return as_json(mended)
        if not any(_put_right(mended, error, validator) for error in errors):
            told = "; ".join(_told(error) for error in errors[:3])
            raise _WrongError(f"The arguments of {name} are wrong: {told}. Its schema is {_short(schema)}")
    return as_json(mended)


def _renamed(value: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Give arguments their parameters' names: where only case and marks differ, or the only one is written short."""
    properties = schema.get("properties") or {}
    unknown = [key for key in value if key not in properties]
    missing = [key for key in properties if key not in value]
    names = {key: found for key in unknown if (found := meant(key, missing))}
    if not names and len(unknown) == len(value) == len(properties) == 1 and missing[0].startswith(unknown[0]):
        names = {unknown[0]: missing[0]}
    if len(set(names.values())) < len(names):
        return value
    return {names.get(key, key): given for key, given in value.items()}


def _put_right(whole: dict[str, Any], error: ValidationError, validator: Any) -> bool:
    path = list(error.absolute_path)
    if not path or error.validator not in _OF_VALUES:
        return False
    place: Any = whole
    for part in path[:-1]:
        place = place[part]
    rule = validator.evolve(schema=error.schema)
    unwrapped = _unwrapped(error.instance, str(path[-1]))
    for other in [*unwrapped, *(form for each in [error.instance, *unwrapped] for form in _forms(each, error.schema))]:
        if rule.is_valid(other):
            place[path[-1]] = other
            return True
    if error.instance is None and len(path) == 1 and path[0] not in (validator.schema.get("required") or ()):
        del place[path[-1]]
        return True
    return False


def _unwrapped(value: Any, key: str) -> list[Any]:
    """Return what stands for an argument in a copy of its schema, {"type": "string", "value": "Paris"}."""
    if not isinstance(value, dict):
        return []
    inner = value.get("properties")
    places = [inner if isinstance(inner, dict) else {}, value]
    found = [place[name] for place in places for name in (key, "value") if name in place]
    return [each for each in found if not isinstance(each, dict)][:1]


def _forms(value: Any, schema: Any) -> Iterator[Any]:
    """Give the forms in which the same value can stand, the nearest first."""
    if isinstance(value, str):
        yield from _forms_of_text(value.strip(), schema)
    elif isinstance(value, bool):
        yield str(value).lower()
    elif isinstance(value, int | float):
        if isinstance(value, float) and value.is_integer():
            yield int(value)
        yield str(value)
    elif isinstance(value, list) and len(value) == 1:
        yield value[0]
    if value is not None and not isinstance(value, list | dict):
        yield [value]


def _forms_of_text(text: str, schema: Any) -> Iterator[Any]:
    if _INTEGER.fullmatch(text):
        yield int(text)
    if _NUMBER.fullmatch(text) and math.isfinite(number := float(text)):
        yield int(number) if number.is_integer() else number
    if text.casefold() in _TRUTH:
        yield _TRUTH[text.casefold()]
    for known in schema.get("enum") or () if isinstance(schema, dict) else ():
        if isinstance(known, str) and known.casefold() == text.casefold():
            yield known
    if text[:1] in ("{", "["):
        try:
            yield value_in(text)
        except Unreadable:
            return


def _told(error: ValidationError) -> str:
    place = ".".join(str(part) for part in error.absolute_path)
    return f"{place}: {error.message[:200]}" if place else error.message[:200]


def _short(schema: dict[str, Any]) -> str:
    text = json.dumps(schema, ensure_ascii=False)
    return text if len(text) <= 1_500 else f"{text[:1_500]}…"
