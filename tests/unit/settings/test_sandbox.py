from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load_settings
from bot.errors import SettingsError


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"SECONDS": "0"}, "this must be at least 1"),
        ({"MEMORY_MB": "1"}, "this must be at least 64"),
        ({"IMAGE": "--privileged"}, "is no image's name: they look like python:3.13-slim"),
        ({"IMAGE": "a b"}, "is no image's name"),
        ({"IMAGE": "python:3", "RUNTIME": "-x y"}, "give podman, docker, or a path"),
        ({"RUNTIME": "podman"}, "THREADFAST_SANDBOX_RUNTIME is set without THREADFAST_SANDBOX_IMAGE"),
        ({"PYTHON": "/x", "IMAGE": "python:3"}, "an image brings its own Python"),
    ],
)
def test_wrong_value_is_refused_with_what_to_do(
    values: dict[str, str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"THREADFAST_SANDBOX_{name}", value)

    with pytest.raises(SettingsError, match=sentence):
        load_settings(tmp_path)


def test_image_and_runtime_of_a_file_are_read(tmp_path: Path) -> None:
    text = "sandbox_image: registry.example.com/tools/python:3.13\nsandbox_runtime: /usr/bin/podman\n"
    (tmp_path / "threadfast.yaml").write_text(text)

    settings = load_settings(tmp_path)

    assert settings.sandbox_image == "registry.example.com/tools/python:3.13"
    assert settings.sandbox_runtime == "/usr/bin/podman"


def test_folder_of_a_python_is_made_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADFAST_SANDBOX_PYTHON", "~/env")

    assert load_settings(tmp_path).sandbox_python == Path("~/env").expanduser()
