from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from adapters.discord.rendering.inert import code, exact, fence, is_fence_safe, link, plain, small
from adapters.discord.rendering.markdown import content_of, spoken

PAGE = """\
# Title with `code` and **bold**

Some **bold**, *leaning*, ***both***, ~~gone~~ and snake_case.
Second line.
1986. was a year

##### Deep

- one
- two `x`
  - inner **y**
    more
  ```py
  print(1)
  ```
- three

7. seven
8. eight

> quoted
> > deeper
>
> - listed

| name | city |
|------|------|
| Ada | 北京 |
| [link](https://x.example) | ```` ``` ```` |

---
The end.
"""


def test_page_of_markdown_as_discord_shows_it() -> None:
    assert content_of(PAGE) == snapshot("""\
# Title with `code` and **bold**
Some **bold**, *leaning*, ***both***, ~~gone~~ and snake\\_case.
Second line.
1986\\. was a year

**Deep**
- one
- two `x`
  - inner **y**
    more
```py
print(1)
```
- three

7. seven
8. eight

> quoted
> \n\
> deeper
> - listed
```
name                     | city
-------------------------+-----
Ada                      | 北京
```
link (https://x.example) \\| \\`\\`\\`
────────────

The end.\
""")


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("[bank](https://evil.example)", "bank (<https://evil.example>)"),
        ("[https://bank.example](https://evil.example)", "<https://bank.example> (<https://evil.example>)"),
        ("https://x.example/a_b", "<https://x.example/a_b>"),
        ("![a picture](https://x.example/p.png)", "a picture (<https://x.example/p.png>)"),
        ("[x](ftp://x.example)", "x (`ftp://x.example`)"),
        ("https://p\u0430ypal.com", "`https://p\u0430ypal.com [xn--pypal-4ve.com]`"),
        ("https://bank.example@evil.example", "`https://bank.example@evil.example`"),
        ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
        ("<b>bold</b> &amp; <@123> <#1> <t:1:R>", "\\<b>bold\\</b> & \\<@123> \\<#1> \\<t:1:R>"),
        ("||spoiler|| __under__", "\\|\\|spoiler\\|\\| **under**"),
        ("a\u202eb\x1b", "a⟦U+202E⟧b⟦U+001B⟧"),
        ("-# small, as the model wants it", "\\-# small, as the model wants it"),
        ("C:\\Users\\a \\\\*", "C:\\Users\\a \\\\\\*"),
        ("**bold `code` bold**", "**bold** `code` **bold**"),
        ("**a***b*", "**a**b"),
        ("0*\x1f0*\x1f*\ufeffx*", "0⟦U+001F⟧*0*⟦U+001F⟧\ufeff*x*"),
        ("`a``b`", "`a``b`"),
        ("`` a`b ``", "``a`b``"),
        ("```` ```x ````", "\\`\\`\\`x"),
        ("> " * 60 + "> a", "\\>" + " >" * 60 + " a"),
    ],
)
def test_markup_of_a_model_is_discords_or_text(source: str, content: str) -> None:
    assert content_of(source) == content


def test_code_with_the_marks_of_a_fence_stands_between_fences() -> None:
    assert content_of("~~~md\n# Use\n```py\nx\n```\n~~~") == snapshot("""\
```md
# Use
```
\\`\\`\\`py
```md
x
```
\\`\\`\\`\
""")


def test_fence_without_words_is_left_out_because_it_would_open_another() -> None:
    assert content_of("```py\n\n```\nafter") == "after"


def test_only_backticks_are_markup_in_the_bots_own_words() -> None:
    assert spoken("`exit` ends *this*, a ` tick, 1. <@1>") == "`exit` ends \\*this\\*, a \\` tick, 1. \\<@1>"


def test_text_as_it_is_begins_nothing() -> None:
    assert plain("# a\n- b\n> c\n1) d\n-# e\n+1") == "\\# a\n\\- b\n\\> c\n1\\) d\n\\-# e\n+1"


def test_small_line_is_one_line() -> None:
    assert small(" a\nb *c* ") == "-# a b \\*c\\*"
    assert small("\n") == "-# …"


def test_code_that_begins_or_ends_in_a_backtick_is_set_apart() -> None:
    assert code("`") == "`` ` ``"
    assert code("a\nb") == "`a b`"
    assert code("") == ""


@pytest.mark.parametrize("target", ["https://x.example/<a>", "https://", "https://[::1]/", "http://[broken", "x"])
def test_address_that_discord_might_read_otherwise_is_code(target: str) -> None:
    assert link(target) == f"`{target}`"


def test_brackets_of_an_address_are_encoded() -> None:
    assert link("https://x.example/[a](b)") == "<https://x.example/%5Ba%5D(b)>"


def test_language_of_a_fence_is_named_only_where_it_is_a_name() -> None:
    assert fence("x", "C++") == "```c++\nx\n```"
    assert fence("x", "a b") == "```\nx\n```"


def test_exact_text_keeps_the_line_ends_around_it() -> None:
    assert exact("\n\na\nb\n\n") == "⟦U+000A⟧⟦U+000A⟧a\nb⟦U+000A⟧"
    assert exact("\n") == "⟦U+000A⟧"
    assert not is_fence_safe("a```b")
    assert not is_fence_safe(" \n")
