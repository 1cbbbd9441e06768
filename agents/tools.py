"""The tools that a team file can name: a small set of ours, and those of installed packages.

A package adds its own by the entry point group `threadfast.tools`: the entry's name is the tool's name,
its object a function with annotated parameters and a docstring. An operator installs it; a team file names it.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import operator
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, Any, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Tool = Callable[..., Any]

GROUP = "threadfast.tools"


def current_time(zone: Annotated[str, "An IANA time zone such as Asia/Shanghai; UTC when in doubt."] = "UTC") -> str:
    """Tell the current date and time in a time zone."""
    try:
        return datetime.now(UTC).astimezone(ZoneInfo(zone)).strftime("%A, %Y-%m-%d %H:%M:%S %Z")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"There is no time zone {zone!r}; name one such as Asia/Shanghai.") from error


def calculate(expression: Annotated[str, "Numbers, + - * / // % ** and parentheses, such as (3 + 4) * 2."]) -> str:
    """Work out an arithmetic expression in decimal numbers."""
    if len(expression) > 500:
        raise ValueError("The expression is longer than 500 characters.")
    try:
        value = _value(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, RecursionError) as error:
        raise ValueError(f"{expression!r} is not an arithmetic expression.") from error
    except (DivisionByZero, InvalidOperation, Overflow) as error:
        raise ValueError(f"{expression!r} has no result: {type(error).__name__}.") from error
    return f"{value.normalize():f}" if abs(value) < Decimal("1e30") else str(value.normalize())


_BINARY: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def _value(node: ast.expr) -> Decimal:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return Decimal(str(number))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _BINARY:
            return _BINARY[type(sign)](_value(left), _value(right))
        case _:
            raise ValueError(f"{ast.unparse(node)!r} is not arithmetic.")


BUILT_IN: dict[str, Tool] = {"current_time": current_time, "calculate": calculate}


@cache
def _installed() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def names() -> list[str]:
    """Return the names that a team file can use, without loading any package."""
    return sorted({*BUILT_IN, *_installed()})


def is_own(name: str) -> bool:
    """Say whether a tool is one of ours, which reach nothing; a package's runs with the rights of the bot."""
    return name in BUILT_IN


def find(name: str) -> Tool:
    """Return a tool by name; a built-in name cannot be taken by a package.

    Raises:
        KeyError: There is none of this name any more.
    """
    tool: Tool = BUILT_IN[name] if name in BUILT_IN else _installed()[name].load()
    if inspect.isfunction(tool):
        # The library looks for `Annotated` descriptions in the annotations themselves, which may still be text.
        tool.__annotations__ = get_type_hints(tool, include_extras=True)
    return tool


def code_hash(tool: Tool) -> str:
    """Return the SHA-256 of a tool's source: pinned in a run, compared before it goes on."""
    return hashlib.sha256(inspect.getsource(tool).encode()).hexdigest()


def described(tool: Tool) -> str:
    """Return what a model is told of a tool: the first line of its docstring."""
    lines = (inspect.getdoc(tool) or "").splitlines()
    return lines[0] if lines else getattr(tool, "__name__", "")
