from __future__ import annotations

import json

import pytest
import yaml

from adapters.slack.connecting.manifest import manifest, written
from adapters.slack.connecting.scopes import EVENTS, NEEDED, SCOPES, cost_id, missing
from adapters.slack.ids import COMMAND, RUN_HERE
from bot.domain import Json
from bot.texts import CATALOGUE, say
from tests.slack_server import ALL_SCOPES
from tests.unit.slack.payloads import ROOT

ADDRESS = "https://bot.example.com"


def test_socket_mode_needs_no_address() -> None:
    made = manifest("en", installs=True)

    assert made["settings"]["socket_mode_enabled"] is True
    assert "https://" not in json.dumps(made)
    assert "redirect_urls" not in made["oauth_config"]


def test_http_mode_sends_everything_to_the_one_address() -> None:
    made = manifest("en", address=ADDRESS)

    request_url = f"{ADDRESS}/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == request_url
    assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": request_url}
    assert [command["url"] for command in made["features"]["slash_commands"]] == [request_url]
    assert "redirect_urls" not in made["oauth_config"]


def test_installing_in_workspaces_leads_browsers_back() -> None:
    made = manifest("en", address=ADDRESS, installs=True)

    assert made["oauth_config"]["redirect_urls"] == [f"{ADDRESS}/slack/oauth_redirect"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_texts_keep_slacks_limits(language: str) -> None:
    features: Json = manifest(language)["features"]
    prompts = features["agent_view"]["suggested_prompts"]

    assert len(manifest(language)["display_information"]["description"]) <= 140
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert 1 <= len(prompts) <= 4
    assert [shortcut["callback_id"] for shortcut in features["shortcuts"] if len(shortcut["name"]) <= 24] == [RUN_HERE]
    assert [command["command"] for command in features["slash_commands"]] == [COMMAND]


def test_written_manifest_is_the_same_in_yaml() -> None:
    made = manifest("zh", address=ADDRESS, installs=True)

    assert yaml.safe_load(written(made)) == made
    assert "\\u" not in written(made)


def test_scopes_and_events_are_those_of_the_manifest() -> None:
    made = manifest("en")

    assert made["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert made["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert set(SCOPES) <= ALL_SCOPES


def test_every_scope_has_a_cost_in_both_languages() -> None:
    assert [
        cost_id(scope) for scope in SCOPES if any(cost_id(scope) not in texts for texts in CATALOGUE.values())
    ] == []
    assert set(SCOPES) >= NEEDED


def test_missing_scopes_are_named_in_our_order() -> None:
    assert missing(set(SCOPES) - {"files:write", "im:write"}) == ["im:write", "files:write"]
    assert missing([*SCOPES, "more:read"]) == []
    assert missing([f" {scope} " for scope in SCOPES]) == []


def test_document_names_every_scope_with_its_cost() -> None:
    text = (ROOT / "docs" / "slack.md").read_text("utf-8")
    rows = [f"| `{scope}`{' (needed)' if scope in NEEDED else ''} | {say(cost_id(scope), 'en')} |" for scope in SCOPES]

    assert [row for row in rows if row not in text] == []


def test_first_answer_is_at_most_seven_steps_away() -> None:
    text = (ROOT / "docs" / "slack.md").read_text("utf-8")
    section = text.partition("## From nothing to the first answer")[2].partition("\n## ")[0]

    assert [line[0] for line in section.splitlines() if line[:1].isdigit()] == list("1234567")
