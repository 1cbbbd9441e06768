from __future__ import annotations

from inline_snapshot import snapshot

from adapters.chat.content.tables import drawn


def test_columns_are_as_wide_as_their_widest_cell_wide_letters_counted_twice() -> None:
    assert drawn([["name", "城市", ""], ["Ada", "北京", "x"], ["Grace Hopper", "Ulm", ""]]) == snapshot("""\
name         | 城市 |
-------------+------+--
Ada          | 北京 | x
Grace Hopper | Ulm  |\
""")
