from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Settings, load_settings, settings_rows
from bot.errors import SettingsError

TOKEN = "MTQ1NzQ2OTQ4MzcyNjY2ODA0OA.GaBcDe.0123456789abcdefghijklmnopqrstuvwxyz"
ONE, TWO = "145746892429066259", "1457468924290662600"


def settings_with(folder: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return load_settings(folder)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DISCORD_TOKEN", f"Bot {TOKEN}", "without the word Bot; .*Reset Token"),
        ("DISCORD_TOKEN", "my token", "no token holds a space"),
        ("DISCORD_TOKEN", "1457469483726668048", "this is an id"),
        ("DISCORD_TOKEN", "0f" * 32, "public key"),
        ("DISCORD_TOKEN", "aB3_" * 8, "client secret"),
        ("DISCORD_API_URL", "discord.com/api", "such as https://discord.com/api/v10"),
        ("DISCORD_GATEWAY_URL", "https://gateway.discord.gg", "such as wss://gateway.discord.gg"),
        ("THREADFAST_DISCORD_GUILDS", f"{ONE}, my server", "'my' is no id: .*Copy ID"),
        ("THREADFAST_DISCORD_ALLOWED_BOTS", "jenkins", "'jenkins' is no id"),
        ("THREADFAST_DISCORD_SHARDED", "perhaps", "this must be true or false"),
        ("THREADFAST_DISCORD_TOKEN", TOKEN, "did you mean DISCORD_TOKEN"),
    ],
)
def test_wrong_value_is_refused_with_what_to_do(
    name: str, value: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match=f"{name} in the environment: .*{sentence}"):
        settings_with(tmp_path, monkeypatch, {name: value})


def test_other_programs_variables_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_with(tmp_path, monkeypatch, {"DISCORD_WEBHOOK_URL": "https://x", "DISCORD_CLIENT_ID": "1"})

    assert not settings.discord_wanted


@pytest.mark.parametrize("separator", [",", " ", ", "])
def test_ids_are_a_list(separator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = separator.join([ONE, TWO])

    settings = settings_with(
        tmp_path, monkeypatch, {"THREADFAST_DISCORD_GUILDS": ids, "THREADFAST_DISCORD_ALLOWED_BOTS": ids}
    )

    assert settings.discord_guilds == (ONE, TWO)
    assert settings.discord_allowed_bots == {ONE, TWO}


def test_file_may_set_them_too_with_ids_as_numbers(tmp_path: Path) -> None:
    lists = f"discord_guilds: {ONE}\ndiscord_allowed_bots: [{ONE}, '{TWO}']\n"
    text = f"discord_token: {TOKEN}\n{lists}discord_sharded: true\n"
    (tmp_path / "threadfast.yaml").write_text(text, "utf-8")

    settings = load_settings(tmp_path)

    assert settings.discord_wanted
    assert settings.discord_guilds == (ONE,)
    assert settings.discord_allowed_bots == {ONE, TWO}
    assert settings.discord_sharded


def test_addresses_end_as_they_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"DISCORD_API_URL": "http://127.0.0.1:1/api/v10/", "DISCORD_GATEWAY_URL": "ws://127.0.0.1:1/gateway/"}

    settings = settings_with(tmp_path, monkeypatch, values)

    assert settings.discord_api_url == "http://127.0.0.1:1/api/v10"
    assert settings.discord_gateway_url == "ws://127.0.0.1:1/gateway/"


def test_secret_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert TOKEN not in repr(settings_with(tmp_path, monkeypatch, {"DISCORD_TOKEN": TOKEN}))


def test_rows_of_the_section_stand_last_of_all_settings() -> None:
    names = [name for name, _, _ in settings_rows()]

    assert (
        names.index("THREADFAST_SECRET_KEY") < names.index("DISCORD_TOKEN") < names.index("SSL_CERT_FILE, SSL_CERT_DIR")
    )
