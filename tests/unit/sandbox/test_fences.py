from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.fences import FenceExtractor, closed, code_blocks, file_hint, runnable_language


def found(text: str) -> list[tuple[str, str]]:
    return [(block.language, block.code) for block in code_blocks(text)]


def test_python_fence_is_python() -> None:
    assert found("Here:\n```python\nprint(1)\n```\nDone") == [("python", "print(1)\n")]


@pytest.mark.parametrize("label", ["py", "Python", "python3", "{.python}", "python title=x", "python:main.py"])
def test_other_names_of_python_are_python(label: str) -> None:
    assert found(f"```{label}\nprint(1)\n```") == [("python", "print(1)\n")]


@pytest.mark.parametrize("label", ["sh", "bash", "shell", "console", "Bash"])
def test_names_of_the_shell_are_sh(label: str) -> None:
    assert found(f"```{label}\nls -l | wc\n```") == [("sh", "ls -l | wc\n")]


def test_untagged_fence_with_python_is_python() -> None:
    assert found("```\nx = 1\nprint(x)\n```") == [("python", "x = 1\nprint(x)\n")]


@pytest.mark.parametrize("text", ["2 3 5 7", "[2, 3, 5]", "hello", "质数", "{'a': 1}", "Error: no", "a - b"])
def test_untagged_fence_with_output_is_not_code(text: str) -> None:
    assert found(f"```\n{text}\n```") == []


def test_untagged_command_line_is_shell() -> None:
    assert found("```\npython3 primes.py\n```") == [("sh", "python3 primes.py\n")]


def test_single_line_fence_is_code() -> None:
    assert found("Run ```print(1)``` now") == [("python", "print(1)\n")]


def test_single_line_fence_may_name_its_language() -> None:
    assert found("```python print(1)```") == [("python", "print(1)\n")]
    assert found("```bash ls -l```") == [("sh", "ls -l\n")]


def test_single_line_fence_with_a_word_is_not_code() -> None:
    assert found("the name ```primes``` and `print(1)` inline") == []


def test_python_labelled_sh_is_python() -> None:
    assert found("```sh\nfor n in range(3):\n    print(n)\n```") == [("python", "for n in range(3):\n    print(n)\n")]


@pytest.mark.parametrize(
    "code", ["ls", "pwd; ls", "a=1\nb=2", "echo hi", "exit", "python3 x.py", "for i in 1 2; do echo $i; done"]
)
def test_shell_labelled_sh_stays_shell(code: str) -> None:
    assert runnable_language("sh", code) == "sh"


def test_unclosed_last_fence_is_code() -> None:
    assert [code.strip() for _, code in found("```python\nprint(1)\nprint(2)")] == ["print(1)\nprint(2)"]


def test_carriage_returns_are_line_ends() -> None:
    assert found("```python\r\nprint(1)\r\nprint(2)\r\n```\r\n") == [("python", "print(1)\nprint(2)\n")]


def test_fence_indented_in_a_list_is_code() -> None:
    assert found("1. First\n   ```python\n   if 1:\n       print(1)\n   ```\n") == [("python", "if 1:\n    print(1)\n")]


def test_fence_indented_by_four_or_more_is_code() -> None:
    assert found("Text\n\n      ```python\n      print(1)\n      ```\n") == [("python", "print(1)\n")]


def test_longer_fence_holds_a_shorter_one_as_text() -> None:
    text = '````python\ndoc = """\n```\nx\n```\n"""\nprint(doc)\n````'

    assert found(text) == [("python", 'doc = """\n```\nx\n```\n"""\nprint(doc)\n')]


def test_code_within_a_longer_markdown_fence_is_not_run() -> None:
    assert found("````markdown\n```python\nprint(1)\n```\n````") == []


def test_tilde_fence_is_code() -> None:
    assert found("~~~python\nprint(1)\n~~~") == [("python", "print(1)\n")]


def test_chinese_text_around_a_fence_does_not_matter() -> None:
    text = "下面是程序：\n```python\nprint('质数')\n```\n请执行。"

    assert found(text) == [("python", "print('质数')\n")]


def test_several_fences_keep_their_order() -> None:
    text = "```python\nprint(1)\n```\nthen\n```sh\nls\n```\nthen\n```py\nprint(2)\n```"

    assert [language for language, _ in found(text)] == ["python", "sh", "python"]


@pytest.mark.parametrize("label", ["json", "text", "output", "markdown", "html", "javascript", "yaml", "diff", "sql"])
def test_language_that_cannot_be_run_is_not_code(label: str) -> None:
    assert found(f"```{label}\nprint(1)\n```") == []


def test_console_session_keeps_only_what_was_typed() -> None:
    text = "```console\n$ echo a \\\n> b\na b\n$ ls\nfile\n```"

    assert found(text) == [("sh", "echo a \\\nb\nls\n")]


def test_python_session_keeps_only_what_was_typed() -> None:
    text = "```python\n>>> for n in (1, 2):\n...     print(n)\n...\n1\n2\n>>> print(3)\n3\n```"

    assert found(text) == [("python", "for n in (1, 2):\n    print(n)\n\nprint(3)\n")]


@pytest.mark.parametrize("text", ["", "no code", "```", "```python\n```", "```python\n\n```"])
def test_message_without_code_gives_none(text: str) -> None:
    assert found(text) == []


def test_extractor_reads_messages_in_parts_and_none() -> None:
    extractor = FenceExtractor()

    assert extractor.extract_code_blocks(None) == []
    assert extractor.extract_code_blocks([{"type": "text", "text": "```py\nprint(1)\n```"}])[0].language == "python"


def test_file_hint_is_a_label() -> None:
    assert file_hint("# filename: ../../etc/primes.py\nprint(1)") == "../../etc/primes.py"
    assert file_hint("print(1)\n# filename: x.py") == ""


@given(st.text(alphabet="`~ \n\tpython>$#ab(1)\r", max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for block in code_blocks(text):
        assert block.language in {"python", "sh"}
        assert block.code.strip()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Here:\n```python\nprint(1)\n", "Here:"),
        ("Here:\n```python\nprint(1)\n``", "Here:"),
        ("Here:\n```python", "Here:"),
        ("Here:\n\n    ```python\n    print(1)", "Here:\n"),
        ("1. Here:\n   ```python\n   print(1)", "1. Here:"),
        ("```python\nprint(1)\n```\nand\n~~~\nls\n", "```python\nprint(1)\n```\nand"),
    ],
)
def test_fence_without_its_end_is_left_out(text: str, kept: str) -> None:
    assert closed(text) == kept


@pytest.mark.parametrize(
    "text",
    ["", "words", "```python\nprint(1)\n```", "```\nx\n````  \n\n", "> ```sh\n> ls\n> ```", "1. ```sh\n   ls\n   ```"],
)
def test_text_whose_fences_have_their_ends_stays(text: str) -> None:
    assert closed(text) == text


@given(st.text(alphabet="`~> \n\tab1.", max_size=60))
def test_what_is_left_of_a_cut_text_is_its_beginning(text: str) -> None:
    assert text.startswith(closed(text))
