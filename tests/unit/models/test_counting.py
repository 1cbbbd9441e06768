from __future__ import annotations

import pytest

from agents.models.counting import PER_IMAGE, Counts, Message, estimate, message_tokens, text_tokens, tools_tokens

# Counted with Qwen2.5's tokenizer.
COUNTED = {
    "english": ("The quick brown fox jumps over the lazy dog near the river bank. " * 20, 281),
    "german": (
        "Die Geschwindigkeitsbegrenzung der Bundesautobahnen wird überprüft, während Straßenbauarbeiten durchgeführt "
        "werden. " * 10,
        291,
    ),
    "russian": (
        "Привет, как дела? Сегодня мы обсудим план работы над проектом и распределим задачи между участниками. " * 10,
        291,
    ),
    "greek": ("Καλημέρα, σήμερα θα συζητήσουμε το σχέδιο εργασίας του έργου " * 10, 520),
    "hindi": (
        "नमस्ते आज हम परियोजना की कार्य योजना पर चर्चा करेंगे और प्रतिभागियों के बीच कार्य बाँटेंगे " * 10,
        810,
    ),
    "japanese": (
        "こんにちは、今日はプロジェクトの作業計画について話し合い、参加者の間でタスクを分担します。" * 10,
        240,
    ),
    "emoji": ("😀🎉👩‍👩‍👧‍👦🇨🇳🔥" * 50, 750),
    "hex": ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" * 20, 1180),
    "numbers": (" ".join(map(str, range(2000))), 8889),
    "table": ("| a | b | c |\n|---|---|---|\n" * 100, 1400),
    "addresses": ("https://example.com/a/b?x=1&y=2#frag_3 " * 50, 901),
    "traceback": (
        '  File "/usr/lib/python3.11/asyncio/runners.py", line 190, in run\n    return runner.run(main)\n' * 50,
        1600,
    ),
}


@pytest.mark.parametrize(("text", "counted"), COUNTED.values(), ids=COUNTED)
def test_estimate_is_seldom_too_low_and_never_twice_what_a_model_counts(text: str, counted: int) -> None:
    assert 0.93 * counted <= text_tokens(text) <= 2 * counted


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("abc", 1), ("abcd", 2), ("计划", 2), ("Peking 北京", 5), ("2026", 4)], ids=repr
)
def test_short_texts_are_rounded_up(text: str, tokens: int) -> None:
    assert text_tokens(text) == tokens


def test_half_of_a_surrogate_pair_is_counted_too() -> None:
    assert text_tokens("\ud83d") > 0


def test_images_tool_schemas_and_tool_calls_are_counted() -> None:
    image = {"role": "user", "content": [{"type": "text", "text": "abc"}, {"type": "image_url"}, "def"]}
    call = {"id": "c", "type": "function", "function": {"name": "lookup", "arguments": '{"word": "a long word"}'}}
    made = {"role": "assistant", "content": None, "tool_calls": [call]}

    assert message_tokens(image) > PER_IMAGE
    assert message_tokens(made) > 30
    assert message_tokens({"role": "assistant", "content": "", "function_call": call["function"]}) > 15
    assert tools_tokens([]) == 0
    assert estimate([], [{"name": "lookup"}]) > 0


def test_remembered_counts_are_those_of_the_messages() -> None:
    counts, text, parts = Counts(), "a text of some length", [{"type": "text", "text": "x" * 90}]
    calls = [{"id": "c", "type": "function", "function": {"name": "lookup", "arguments": "{}"}}]
    messages: list[Message] = [
        {"role": "user", "content": text},
        {"role": "user", "content": text, "name": "somebody else"},
        {"role": "user", "content": parts},
        {"role": "assistant", "content": None},
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "assistant", "content": text, "tool_calls": calls},
        {"role": "assistant", "content": None, "function_call": calls[0]},
    ]

    for _ in range(3):
        assert [counts.of(message) for message in messages] == [message_tokens(message) for message in messages]


def test_message_with_other_content_is_counted_anew() -> None:
    counts, message = Counts(), {"role": "user", "content": "short"}
    before = counts.of(message)

    message["content"] = "much longer than it was"

    assert counts.of(message) == message_tokens(message) > before
