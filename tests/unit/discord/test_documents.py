from __future__ import annotations

from pathlib import Path

from adapters.discord.connecting.permissions import NEEDED, SHOWN, cost_id
from bot.texts import say

DOCUMENT = Path(__file__).parents[3] / "docs" / "discord.md"
BEGIN, END = "<!-- permissions -->\n", "\n<!-- /permissions -->"


def test_document_names_every_permission_with_its_cost() -> None:
    rows = [f"| {SHOWN[name]}{' (needed)' if name in NEEDED else ''} | {say(cost_id(name), 'en')} |" for name in SHOWN]

    table = DOCUMENT.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]

    assert table.splitlines() == ["| Permission | Without it |", "| --- | --- |", *rows]


def test_first_answer_is_at_most_seven_steps_away() -> None:
    section = DOCUMENT.read_text("utf-8").partition("## From nothing to the first answer")[2].partition("\n## ")[0]

    assert [line[0] for line in section.splitlines() if line[:1].isdigit()] == list("1234567")
