from __future__ import annotations

from dataclasses import dataclass

from agents.models.tool_calls import ToolCalls


@dataclass
class Function:
    name: str | None = None
    arguments: str | None = None


@dataclass
class Piece:
    index: int
    id: str | None = None
    function: Function | None = None


def gathered(*pieces: Piece) -> list[tuple[str, str, str]]:
    calls = ToolCalls()
    for piece in pieces:
        calls.add(piece)
    return [(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in calls.whole]


def test_pieces_are_joined_by_their_index() -> None:
    assert gathered(
        Piece(0, "a", Function("f", '{"x"')),
        Piece(1, "b", Function("g", "{}")),
        Piece(0, None, Function(None, ": 1}")),
    ) == [("a", "f", '{"x": 1}'), ("b", "g", "{}")]


def test_servers_that_number_every_call_zero_are_understood_by_the_ids() -> None:
    assert gathered(Piece(0, "a", Function("f", "{}")), Piece(0, "b", Function("g", "{}"))) == [
        ("a", "f", "{}"),
        ("b", "g", "{}"),
    ]


def test_piece_without_a_function_changes_nothing() -> None:
    assert gathered(Piece(0, "a"), Piece(0, "a", Function("f", "{}"))) == [("a", "f", "{}")]


def test_call_without_an_id_gets_one() -> None:
    [(made, name, _)] = gathered(Piece(0, None, Function("f", "{}")))

    assert made.startswith("call_")
    assert name == "f"
