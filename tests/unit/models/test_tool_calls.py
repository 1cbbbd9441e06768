from __future__ import annotations

from typing import Any

from agents.models.tool_calls import ToolCalls


def piece(index: int, made: str | None = None, name: str | None = None, arguments: str | None = None) -> dict[str, Any]:
    function = None if name is None and arguments is None else {"name": name, "arguments": arguments}
    return {"index": index, "id": made, "function": function}


def gathered(*pieces: dict[str, Any]) -> list[tuple[str, str, str]]:
    calls = ToolCalls()
    for one in pieces:
        calls.add(one)
    return [(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in calls.whole]


def test_pieces_are_joined_by_their_index() -> None:
    assert gathered(
        piece(0, "a", "f", '{"x"'),
        piece(1, "b", "g", "{}"),
        piece(0, None, None, ": 1}"),
    ) == [("a", "f", '{"x": 1}'), ("b", "g", "{}")]


def test_servers_that_number_every_call_zero_are_understood_by_the_ids() -> None:
    assert gathered(piece(0, "a", "f", "{}"), piece(0, "b", "g", "{}")) == [
        ("a", "f", "{}"),
        ("b", "g", "{}"),
    ]


def test_piece_without_a_function_changes_nothing() -> None:
    assert gathered(piece(0, "a"), piece(0, "a", "f", "{}")) == [("a", "f", "{}")]


def test_call_without_an_id_gets_one() -> None:
    [(made, name, _)] = gathered(piece(0, None, "f", "{}"))

    assert made.startswith("call_")
    assert name == "f"
