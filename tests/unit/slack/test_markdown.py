from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.slack.rendering.blocks import spoken
from adapters.slack.rendering.markdown import blocks_of
from adapters.text import harmless
from tests.pictures.blocks import seen
from tests.unit.slack.nasty import NASTY
from tests.unit.slack.reader import code_in, texts

ANSWER = """\
# The plan

Three *steps*, **two** of ~~them~~ easy,
and `code`:

1. First
   goes on

   and on
2. Second
   - inner
     ```py
     x = 1
     ```
3. Third

> A quote
> - with a list

---

| name | count |
|:-----|------:|
| `a`  | 1     |
| b    |       |

| only | drawn |
|---|---|
| 中文 | x |
"""


def test_what_models_write_as_people_see_it() -> None:
    assert seen(blocks_of(ANSWER)) == snapshot("""\
The plan
Three steps, two of them easy,
and code:
1. First
   goes on
   and on
2. Second
  - inner
| x = 1
3. Third
> A quote
> - with a list
--------
name | count
a | 1
b |  \n\
| only | drawn
| -----+------
| 中文 | x\
""")


def test_styles_lists_and_tables_are_slacks_own() -> None:
    assert blocks_of("**a _b_** `c`\n\n- x\n\n| h |\n|:-:|\n| 1 |") == snapshot(
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "a ", "style": {"bold": True}},
                            {"type": "text", "text": "b", "style": {"bold": True, "italic": True}},
                            {"type": "text", "text": " "},
                            {"type": "text", "text": "c", "style": {"code": True}},
                        ],
                    },
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "indent": 0,
                        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
                    },
                ],
            },
            {
                "type": "table",
                "column_settings": [{"align": "center", "is_wrapped": True}],
                "rows": [[{"type": "raw_text", "text": "h"}], [{"type": "raw_text", "text": "1"}]],
            },
        ]
    )


def test_link_shows_its_label_and_its_target() -> None:
    assert blocks_of("[the bank](https://evil.example/?a=1)") == snapshot(
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "the bank ("},
                            {"type": "text", "text": "https://evil.example/?a=1", "style": {"code": True}},
                            {"type": "text", "text": ")"},
                        ],
                    }
                ],
            }
        ]
    )


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://x.example.", "https://x.example."),
        ("[https://x.example](https://x.example)", "https://x.example"),
        ("[https://bank.example](https://evil.example)", "https://bank.example (https://evil.example)"),
        ("[paypal.com](https://p\u0430ypal.com)", "paypal.com (https://xn--pypal-4ve.com)"),
        ("https://p\u0430ypal.com", "https://p\u0430ypal.com [xn--pypal-4ve.com]"),
        ("![chart](https://x.example/p.png)", "chart (https://x.example/p.png)"),
        ("[![chart](https://a.example)](https://b.example)", "chart (https://a.example) (https://b.example)"),
        ("[a][1]\n\n[1]: https://x.example", "[a][1]\n\n[1]: https://x.example"),
        ("<b>x</b> <!channel>", "<b>x</b> <!channel>"),
        ("<https://x.example|y>", "<https://x.example|y>"),
        ("&lt;@U1&gt; &#8238;", "<@U1> ⟦U+202E⟧"),
        ("\\*not bold\\*", "*not bold*"),
        ("a  \nb\nc", "a\nb\nc"),
        ("", " "),
        ("-", "-  "),
    ],
)
def test_line_as_people_see_it(source: str, shown: str) -> None:
    assert seen(blocks_of(source)) == shown


def test_every_address_is_code() -> None:
    blocks = blocks_of("a https://x.example b [c](ftp://y.example) www.z.example")
    pieces = blocks[0]["elements"][0]["elements"]

    addresses = [piece["text"] for piece in pieces if piece.get("style", {}).get("code")]

    assert addresses == ["https://x.example", "ftp://y.example", "www.z.example"]


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.just("\n")).filter(lambda t: "~~~" not in t)
)
def test_code_in_a_fence_is_shown_exactly(code: str) -> None:
    assert code_in(blocks_of(f"~~~~~text\n{code}\n~~~~~")) == [harmless(code) or " "]


@pytest.mark.parametrize("code", NASTY)
def test_nasty_code_in_a_fence_is_shown_exactly(code: str) -> None:
    shown = harmless(code.replace("\0", "\ufffd"))

    assert code_in(blocks_of(f"~~~~~\n{code}\n~~~~~")) == [shown]


@pytest.mark.parametrize(
    ("name", "slacks"), [("py", "python"), ("Bash", "shell"), ("<!here>", None), ("brainfuck", None)]
)
def test_fence_is_coloured_where_slack_knows_the_language(name: str, slacks: str | None) -> None:
    assert blocks_of(f"```{name}\nx\n```")[0]["elements"][0].get("language") == slacks


def test_text_that_is_nested_too_deeply_is_shown_as_it_is_written() -> None:
    source = ">" * 100 + " deep"

    assert seen(blocks_of(source)) == source


@pytest.mark.parametrize("columns", [20, 21])
def test_table_that_slack_does_not_take_is_drawn(columns: int) -> None:
    row = "|" + "a|" * columns
    kinds = [block["type"] for block in blocks_of(f"{row}\n|{'-|' * columns}\n{row}")]

    assert kinds == (["table"] if columns == 20 else ["rich_text"])


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="&\\") | st.just("\n")))
def test_rendering_loses_no_letter_of_prose(source: str) -> None:
    shown = iter("".join(texts(blocks_of(source))))
    lost = source.replace("|", "").replace("[", "").replace("`", "").replace("~", "")

    assert "|-" in source or all(char in shown for char in lost if char.isalpha())


def test_only_backticks_are_markup_in_the_bots_own_words() -> None:
    assert spoken("`exit` ends *this* [chat](https://x.example) with a ` tick") == snapshot(
        [
            {"type": "text", "text": "exit", "style": {"code": True}},
            {"type": "text", "text": " ends *this* [chat]("},
            {"type": "text", "text": "https://x.example", "style": {"code": True}},
            {"type": "text", "text": ") with a ` tick"},
        ]
    )
