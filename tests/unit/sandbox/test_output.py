from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.sandbox.output import Output, ran_out_of_memory, remark, with_last_line


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_output_that_fits_is_kept_whole(pieces: list[bytes]) -> None:
    output = Output(10_000)

    for piece in pieces:
        output.add(piece)

    assert output.text() == b"".join(pieces).decode("utf-8", "replace").replace("\r\n", "\n")


@given(st.integers(1, 40), st.integers(101, 500))
def test_output_that_does_not_fit_keeps_its_beginning_and_end(piece: int, total: int) -> None:
    data = "".join(chr(ord("a") + n % 26) for n in range(total)).encode()
    output = Output(100)

    for start in range(0, total, piece):
        output.add(data[start : start + piece])

    text = output.text()
    assert text.startswith(data[:75].decode())
    assert text.endswith(data[-25:].decode())
    assert f"{total - 100:,} bytes of output left out" in text


def test_cut_through_a_character_leaves_no_broken_one() -> None:
    output = Output(100)

    output.add("质".encode() * 1000)

    assert "\ufffd" not in output.text()


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("ModuleNotFoundError: No module named 'numpy'", "'numpy' is not there and nothing can be installed here"),
        ("bash: line 1: pip: command not found", "Nothing can be installed here"),
        ("OSError: [Errno 101] Network is unreachable", "There is no network here"),
    ],
)
def test_failure_that_the_box_causes_is_explained(output: str, expected: str) -> None:
    assert remark(output, 1).startswith(expected)


def test_success_and_other_failures_are_not_remarked_on() -> None:
    assert remark("No module named 'numpy'", 0) == ""
    assert remark("ValueError: x", 1) == ""


def test_our_line_stands_alone() -> None:
    assert with_last_line("a", "b") == "a\nb\n"
    assert with_last_line("a\n", "b") == "a\nb\n"
    assert with_last_line("", "b") == "b\n"
    assert with_last_line("a", "") == "a"


def test_memory_error_is_told_only_of_a_failure() -> None:
    assert ran_out_of_memory("Traceback\nMemoryError\n", 1)
    assert not ran_out_of_memory("Traceback\nMemoryError\n", 0)
    assert not ran_out_of_memory("ValueError", 1)
