from __future__ import annotations

import pytest

from adapters.chat.content.lines import Words, spoken
from adapters.chat.content.markdown import blocks_in, first_number, language_of, line_of, outline, rows_of, said_first


def words_in(source: str) -> list[Words]:
    blocks = blocks_in(source)
    assert blocks is not None
    return line_of(blocks[0])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("plain", [Words("plain")]),
        ("**a** `b`", [Words("a", ("bold",)), Words(" "), Words("b", (), "code")]),
        ("***a***", [Words("a", ("italic", "bold"))]),
        ("**a **b** c**", [Words("a ", ("bold",)), Words("b", ("bold",)), Words(" c", ("bold",))]),
        ("~~no~~", [Words("no", ("strike",))]),
        (
            "[a](https://x.example)",
            [Words("a"), Words(" ("), Words("https://x.example", (), "address"), Words(")")],
        ),
        ("[https://x.example](https://x.example)", [Words("https://x.example", (), "address")]),
        ("![p](https://x.example)", [Words("p"), Words(" ("), Words("https://x.example", (), "address"), Words(")")]),
        ("one  \ntwo", [Words("one\ntwo")]),
    ],
)
def test_line_is_words_with_their_styles_and_links_say_where_they_lead(source: str, words: list[Words]) -> None:
    assert words_in(source) == words


def test_only_backticks_are_markup_in_the_bots_own_words() -> None:
    assert spoken("`exit` ends *this* with a ` tick") == [
        Words("exit", (), "code"),
        Words(" ends *this* with a ` tick"),
    ]


def test_item_of_a_list_is_its_words_and_what_follows_them() -> None:
    blocks = blocks_in("7. one\n\n   two\n\n   ```py\n   x\n   ```\n")
    assert blocks is not None

    words, rest = said_first(blocks[0].children[0])

    assert first_number(blocks[0]) == 7
    assert [each.text for each in words] == ["one", "\n", "two"]
    assert [(each.type, language_of(each)) for each in rest] == [("fence", "py")]


def test_table_is_rows_of_cells() -> None:
    blocks = blocks_in("| a | b |\n|---|---|\n| 1 | **2** |")
    assert blocks is not None

    assert rows_of(blocks[0]) == [[[Words("a")], [Words("b")]], [[Words("1")], [Words("2", ("bold",))]]]


def test_what_is_nested_too_deeply_is_not_parsed() -> None:
    assert blocks_in("> " * 60 + "a") is None
    assert outline("> " * 60 + "a") == []
