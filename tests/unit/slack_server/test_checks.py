from __future__ import annotations

from typing import Any

import pytest

from tests.slack_server.checks import check_blocks, size
from tests.slack_server.rendering import blocks_text

TEXT = {"type": "plain_text", "text": "x"}


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": [{"text": TEXT, "value": "v"}]} | more


def with_text(length: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": "x" * length}


BAD: list[tuple[Any, str]] = [
    ({"type": "header", "text": with_text(151)}, "/0/text/text"),
    ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "/0/text/type"),
    ({"type": "section"}, "missing required field: text"),
    ({"type": "section", "fields": [TEXT] * 11}, "/0/fields"),
    ({"type": "section", "fields": [with_text(2001)]}, "/0/fields/0/text"),
    ({"type": "section", "text": TEXT, "accessory": {"type": "wheel"}}, "/0/accessory/type"),
    ({"type": "context", "elements": [TEXT] * 11}, "/0/elements"),
    ({"type": "actions", "elements": []}, "/0/elements"),
    ({"type": "actions", "elements": [{"type": "button", "text": with_text(76)}]}, "/0/elements/0/text"),
    ({"type": "actions", "elements": [{"type": "button", "text": TEXT, "action_id": "a" * 256}]}, "action_id"),
    ({"type": "actions", "elements": [{"type": "button", "text": TEXT, "url": "h" * 3001}]}, "/url"),
    ({"type": "actions", "elements": [{"type": "button", "text": TEXT, "confirm": {}}]}, "/confirm/title"),
    ({"type": "actions", "elements": [select(options=[])]}, "/options"),
    ({"type": "actions", "elements": [select(options=[{"text": with_text(76), "value": "v"}])]}, "/options/0/text"),
    ({"type": "actions", "elements": [select(options=[{"text": TEXT, "value": "v" * 151}])]}, "/options/0/value"),
    ({"type": "actions", "elements": [select(placeholder=with_text(151))]}, "/placeholder"),
    ({"type": "actions", "elements": [select(initial_option={"text": TEXT, "value": "w"})]}, "/initial_option"),
    ({"type": "input", "label": TEXT, "hint": with_text(2001), "element": select()}, "/hint"),
    ({"type": "input", "label": TEXT, "element": {"type": "plain_text_input", "max_length": 3001}}, "/max_length"),
    ({"type": "image", "image_url": "https://x"}, "/alt_text"),
    ({"type": "rich_text"}, "/elements"),
    ({"type": "divider", "block_id": "b" * 256}, "/block_id"),
    ("no block", "unsupported type: None"),
]


@pytest.mark.parametrize(("block", "where"), BAD)
def test_a_block_that_slack_refuses_is_found_with_its_place(block: Any, where: str) -> None:
    errors = check_blocks([block])
    assert any(where in error for error in errors), errors


def test_blocks_that_are_no_list_or_hold_two_tables_are_refused() -> None:
    assert check_blocks({"type": "divider"}) == ["must be an array [json-pointer:/blocks]"]
    assert check_blocks([{"type": "table"}, {"type": "table"}]) == ["only one table allowed [json-pointer:/blocks]"]


def test_good_blocks_of_every_kind_pass_and_are_read_as_seen() -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": TEXT},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*a*"}, TEXT]},
        {"type": "image", "image_url": "https://x", "alt_text": "a cat"},
        {"type": "context", "elements": [{"type": "image", "alt_text": "dot"}, {"type": "mrkdwn", "text": "<@U1>"}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "1"}, {"type": "raw_text", "text": "2"}]]},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": "hi "}, {"type": "emoji", "name": "wave"}],
                },
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}]},
                {
                    "type": "rich_text_list",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
                },
            ],
        },
        {"type": "input", "label": TEXT, "element": {"type": "plain_text_input", "placeholder": TEXT}},
    ]
    assert check_blocks(blocks) == []
    seen = blocks_text(blocks, lambda key: {"U1": "Anna"}[key])
    assert seen.splitlines() == [
        "x",
        "*a*",
        "x",
        "[image: a cat]",
        "[image: dot] @Anna",
        "1 | 2",
        "hi :wave:",
        "```",
        "code",
        "```",
        "• one",
        "x:",
    ]


def test_blocks_take_room_by_their_texts_and_their_number() -> None:
    assert size([{"type": "section", "text": with_text(100)}, {"type": "divider"}]) == 350
