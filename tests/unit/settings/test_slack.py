from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.config import Settings, load_settings, settings_rows
from bot.errors import SettingsError
from bot.settings.slack import KEY_RECIPE

KEY = Fernet.generate_key().decode()
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
OAUTH = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "THREADFAST_SECRET_KEY": KEY}


def settings_with(folder: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return load_settings(folder)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN in the environment: this must begin with xoxb-"),
        ({"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN in the environment: this must begin with xapp-"),
        ({"SLACK_API_URL": "slack.com/api"}, "SLACK_API_URL in the environment: this must be an address"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_ID is set without SLACK_CLIENT_SECRET"),
        ({"SLACK_CLIENT_SECRET": "s"}, "SLACK_CLIENT_SECRET is set without SLACK_CLIENT_ID"),
        (OAUTH | {"THREADFAST_SECRET_KEY": ""}, "set THREADFAST_SECRET_KEY; make one: python3 -c"),
        ({"THREADFAST_SECRET_KEY": "short"}, "THREADFAST_SECRET_KEY in the environment: .*make one: python3"),
        ({"THREADFAST_SECRET_KEY": "é" * 44}, "THREADFAST_SECRET_KEY in the environment: .*make one: python3"),
        ({"THREADFAST_SLACK_SOCKETS": "0"}, "THREADFAST_SLACK_SOCKETS in the environment: this must be at least 1"),
        ({"THREADFAST_SLACK_SOCKETS": "11"}, "this must be at most 10"),
        ({"THREADFAST_SLACK_ALLOWED_BOTS": "B012, jenkins"}, "'jenkins' is no bot's id"),
        ({"THREADFAST_PUBLIC_URL": "bot.example.com"}, "THREADFAST_PUBLIC_URL in the environment: this must be"),
        ({"THREADFAST_SLACK_BOT_TOKEN": "xoxb-1"}, "did you mean SLACK_BOT_TOKEN"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_wrong_value_is_refused_with_what_to_do(
    values: dict[str, str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match=sentence):
        settings_with(tmp_path, monkeypatch, values)


def test_recipe_of_the_error_makes_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = KEY_RECIPE.removeprefix("python3 -c ").strip("'")

    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)

    key = settings_with(tmp_path, monkeypatch, {"THREADFAST_SECRET_KEY": made.stdout.strip()}).secret_key
    assert key is not None
    Fernet(key.get_secret_value())


def test_other_programs_variables_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_with(tmp_path, monkeypatch, {"SLACK_WEBHOOK_URL": "https://x", "SLACK_USER_TOKEN": "xoxp-1"})

    assert not settings.slack_wanted


@pytest.mark.parametrize("separator", [",", " ", ", "])
def test_allowed_bots_are_a_list_of_ids(separator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    value = separator.join(["B012", "U034"])

    settings = settings_with(tmp_path, monkeypatch, {"THREADFAST_SLACK_ALLOWED_BOTS": value})

    assert settings.slack_allowed_bots == {"B012", "U034"}


def test_file_may_set_them_too(tmp_path: Path) -> None:
    (tmp_path / "threadfast.yaml").write_text("slack_bot_token: xoxb-1\nslack_allowed_bots: [B012]\n", "utf-8")

    settings = load_settings(tmp_path)

    assert settings.slack_wanted
    assert settings.slack_allowed_bots == {"B012"}


def test_addresses_end_as_they_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"SLACK_API_URL": "http://127.0.0.1:1/api", "THREADFAST_PUBLIC_URL": "https://bot.example.com/"}

    settings = settings_with(tmp_path, monkeypatch, values)

    assert (settings.slack_api_url, settings.public_url) == ("http://127.0.0.1:1/api/", "https://bot.example.com")


@pytest.mark.parametrize(
    ("values", "http", "sentence"),
    [
        ({}, False, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, False, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, False, "SLACK_APP_TOKEN is missing"),
        (TOKENS, False, None),
        (TOKENS, True, "SLACK_SIGNING_SECRET is missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, True, None),
        (OAUTH | {"SLACK_SIGNING_SECRET": "s"}, True, "THREADFAST_PUBLIC_URL is missing"),
        (OAUTH | {"SLACK_SIGNING_SECRET": "s", "THREADFAST_PUBLIC_URL": "https://x"}, True, None),
        (OAUTH | {"SLACK_APP_TOKEN": "xapp-1"}, False, None),
    ],
)
def test_what_is_missing_depends_on_how_slack_is_reached(
    values: dict[str, str], http: bool, sentence: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = settings_with(tmp_path, monkeypatch, values).slack_lacks(http=http)

    assert (lacking or "").startswith(sentence or "")
    assert (lacking is None) is (sentence is None)


def test_secrets_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = TOKENS | OAUTH | {"SLACK_SIGNING_SECRET": "signed-1", "SLACK_CLIENT_SECRET": "hidden-1"}

    shown = repr(settings_with(tmp_path, monkeypatch, values))

    assert not [secret for secret in ("xoxb-1", "xapp-1", "signed-1", "hidden-1", KEY) if secret in shown]


def test_rows_of_the_section_stand_after_what_everybody_needs() -> None:
    names = [name for name, _, _ in settings_rows()]

    assert names.index("THREADFAST_LOG_FORMAT") < names.index("SLACK_BOT_TOKEN") < names.index("THREADFAST_SECRET_KEY")


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, ""),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ({"ALL_PROXY": "http://all:3128"}, "http://all:3128"),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "localhost,slack.com"}, ""),
    ],
    ids=["none", "https", "all", "not for slack"],
)
def test_proxy_is_the_environments(
    variables: dict[str, str], proxy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not [name for name in os.environ if name.lower().endswith("_proxy")]

    assert settings_with(tmp_path, monkeypatch, variables).proxy_for("https://slack.com/api/") == proxy
