from __future__ import annotations

from pathlib import Path

import pytest

from agents import tools
from tests.packages import install


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("2 + 2", "4"),
        ("0.1 + 0.2", "0.3"),
        ("(3 + 4) * -2", "-14"),
        ("7 // 2 + 7 % 2", "4"),
        ("2 ** 10", "1024"),
        ("1 / 4", "0.25"),
        ("+5", "5"),
        ("10 ** 40", "1E+40"),
    ],
)
def test_arithmetic_is_exact_in_decimals(expression: str, result: str) -> None:
    assert tools.calculate(expression) == result


@pytest.mark.parametrize(
    "expression",
    ["", "two", "1 +", "__import__('os')", "9" * 501, "1 / 0", "9 ** 9 ** 9 ** 9", "True", "(" * 400, "0 ** 0"],
)
def test_what_is_no_arithmetic_is_refused_with_a_sentence(expression: str) -> None:
    with pytest.raises(ValueError, match=r"not an arithmetic|not arithmetic|no result|longer"):
        tools.calculate(expression)


def test_current_time_names_its_zone() -> None:
    assert tools.current_time("Asia/Shanghai").endswith("CST")


@pytest.mark.parametrize("zone", ["Nowhere", "../etc/passwd", ""])
def test_unknown_zone_is_refused_with_a_sentence(zone: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        tools.current_time(zone)


def test_package_adds_a_tool_but_cannot_take_a_built_in_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "shouting", tools={"shout": "builtins:str", "calculate": "builtins:str"})
    monkeypatch.syspath_prepend(str(tmp_path))
    tools._installed.cache_clear()

    try:
        assert tools.names() == ["calculate", "current_time", "shout"]
        assert tools.find("shout") is str
        assert tools.find("calculate") is tools.calculate
    finally:
        tools._installed.cache_clear()
