"""Whether two runs are the same, and what is the first difference."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import Any

from tests.conformance.case import Json, Program

Log = list[tuple[str, str]]
SHOWN = 500


def difference(first: Any, second: Any, path: str = "") -> str:
    """Return the first difference of two JSON values; empty: there is none."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted({*first, *second}):
            if key not in first or key not in second:
                return f"{path}/{key}: only in the {'first' if key in first else 'second'}"
            if found := difference(first[key], second[key], f"{path}/{key}"):
                return found
        return ""
    if isinstance(first, list) and isinstance(second, list):
        for at, (one, other) in enumerate(zip(first, second, strict=False)):
            if found := difference(one, other, f"{path}[{at}]"):
                return found
        longer = max(first, second, key=len)[min(len(first), len(second)) :]
        return f"{path}: {len(first)} and {len(second)} items, of the longer {longer!r}"[:SHOWN] if longer else ""
    return "" if first == second else f"{path}: {first!r} != {second!r}"[:SHOWN]


def asked_again(reference: Log, log: Log, *, kills: int, width: int) -> str:
    """Return how the model requests differ but for those in flight at a kill; empty: they don't."""
    if width > 1:
        return _asked_again_side_by_side(reference, log, kills=kills, width=width)
    at = again = 0
    for request in log:
        if at < len(reference) and request == reference[at]:
            at += 1
        elif at > 0 and request == reference[at - 1]:
            again += 1
        else:
            return f"request {at} of {len(reference)} is another one: {request}"
    if at < len(reference):
        return f"only {at} of {len(reference)} requests"
    return f"{again} requests were issued twice after {kills} kills" if again > kills else ""


def _asked_again_side_by_side(reference: Log, log: Log, *, kills: int, width: int) -> str:
    first, second = Counter(reference), Counter(log)
    if missing := first - second:
        return f"never asked: {missing}"
    more = second - first
    if more.keys() - first.keys():
        return f"asked besides: {more}"
    return f"{more.total()} requests were issued twice after {kills} kills" if more.total() > kills * width else ""


def effects_differ(reference: dict[str, str], files: dict[str, str], interrupted: int) -> str:
    """Return how the traces of effects differ but for those that were interrupted; empty: they don't.

    The reference did not carry out what it was told to be interrupted; the run may have, once each.
    """
    first, second = _lines(reference), _lines(files)
    if missing := first - second:
        return f"never carried out: {missing}"
    more = second - first
    return (
        f"{interrupted} effects were interrupted, and carried out besides: {more}" if more.total() > interrupted else ""
    )


def _lines(files: dict[str, str]) -> Counter[tuple[str, str]]:
    return Counter((name, line) for name, text in files.items() for line in text.splitlines())


def settled(program: Program, outcome: Json) -> Json:
    """Return an outcome without what depends on which of several chats is faster, also in plain AutoGen."""
    if program.width == 1:
        return outcome
    results = [{key: value for key, value in each.items() if key != "cost"} for each in outcome["results"]]
    return {**outcome, "results": results, "usage": _rounded(outcome["usage"])}


def _rounded(value: Any) -> Any:
    """Return sums of costs without the trace of the order in which they were added."""
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return round(value, 9) if isinstance(value, float) else value


def settled_events(program: Program, events: list[Json]) -> Any:
    """Return events in order; of chats side by side, in the order of each."""
    if program.width == 1:
        return events
    chats: dict[str, list[Json]] = {}
    for event in events:
        names = sorted(str(event.get(name)) for name in ("sender", "recipient", "speaker") if event.get(name))
        chats.setdefault(" ".join(names), []).append(event)
    return chats


def settled_turns(turns: dict[str, str]) -> dict[str, list[Json]]:
    """Return the turns of each chat in order; tools that run side by side end in any order."""
    chats: dict[str, dict[int, Json]] = {}
    for place, text in turns.items():
        path, _, n = place.rpartition(" ")
        chats.setdefault(path, {})[int(n)] = json.loads(text)
    settled: dict[str, list[Json]] = {}
    for path, numbered in chats.items():
        assert sorted(numbered) == list(range(len(numbered))), f"the turns of {path} have gaps: {sorted(numbered)}"
        in_order = [{**numbered[n], "n": 0} for n in sorted(numbered)]
        settled[path] = [
            turn
            for kind, group in itertools.groupby(in_order, key=lambda turn: turn["kind"])
            for turn in (sorted(group, key=json.dumps) if kind == "tool" else group)
        ]
    return settled
