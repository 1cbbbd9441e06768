from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from cryptography.fernet import Fernet

from adapters.slack.connecting.manifest import manifest
from tests.processes import Command


async def test_manifest_is_yaml_for_the_settings(tmp_path: Path) -> None:
    oauth = {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "s",
        "THREADFAST_SECRET_KEY": Fernet.generate_key().decode(),
    }

    socket = await Command(tmp_path).run("manifest", "slack")
    over_http = await Command(tmp_path, oauth).run("manifest", "slack", "--http", "https://bot.example.com/")

    assert yaml.safe_load(socket.out) == manifest("en")
    assert yaml.safe_load(over_http.out) == manifest("en", address="https://bot.example.com", installs=True)


@pytest.mark.parametrize(
    "url", ["http://bot.example.com", "bot.example.com", "https://bot.example.com/?a=1", "https://"]
)
async def test_address_that_slack_would_refuse_is_refused(url: str, tmp_path: Path) -> None:
    done = await Command(tmp_path).run("manifest", "slack", "--http", url)

    assert (done.status, done.out) == (2, "")
    assert "an address such as https://bot.example.com" in done.err
