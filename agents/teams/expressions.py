"""Checks a handoff's `if` without the agent library: its variables exist and it can be read."""

from __future__ import annotations

import ast
import re

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Eq, ast.NotEq,
    ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Constant, ast.Name, ast.Load, ast.Call,
)  # fmt: skip


def problem_of(expression: str, variables: set[str]) -> str:
    """Return what is wrong with an expression, or an empty string."""
    names = _VARIABLE.findall(expression)
    for name in names:
        if name not in variables:
            return f"the context has no variable {name!r}; it has: {', '.join(sorted(variables)) or 'none'}"
    if not names:
        return "names no variable of the context; write one as `${name}`"
    return _shape(_VARIABLE.sub("variable", _QUOTED.sub('""', expression)))


def _shape(expression: str) -> str:
    python = re.sub(r"!\s*(?=variable|\()", "not ", expression)
    python = re.sub(r"\s+\|\s+", " or ", re.sub(r"\s+&\s+", " and ", python)).strip()
    try:
        nodes = list(ast.walk(ast.parse(python, mode="eval")))
    except (SyntaxError, ValueError, RecursionError):
        return "cannot be read; compare `${name}` with numbers or text, joined by and, or, not"
    for node in nodes:
        call = isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id == "len")
        if call or not isinstance(node, _ALLOWED):
            return "holds something else than comparisons, and, or, not and len()"
        if isinstance(node, ast.Name) and node.id not in ("variable", "len", "True", "False"):
            return f"{node.id!r} is not a variable; write `${{{node.id}}}`, or quote it as text"
    return ""
