from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Settings, load_settings, settings_rows
from bot.errors import SettingsError


def written(folder: Path, text: str) -> Path:
    (folder / "threadfast.yaml").write_text(text, "utf-8")
    return folder


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)

    assert (settings.team, settings.language, settings.ollama_host) == ("solo", "auto", None)


def test_file_in_the_working_folder_sets_what_the_environment_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREADFAST_TEAM", "coder")

    settings = load_settings(written(tmp_path, "team: panel\nnum_ctx: 4096\nollama_host: http://gpu:11434\n"))

    assert (settings.team, settings.num_ctx, settings.ollama_host) == ("coder", 4096, "http://gpu:11434")


def test_file_in_the_users_configuration_folder_is_found(tmp_path: Path, clean_environment: Path) -> None:
    folder = clean_environment / "config" / "threadfast"
    folder.mkdir(parents=True)
    written(folder, "team: panel")

    assert load_settings(tmp_path).team == "panel"


def test_bare_variable_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////tmp/one.db")

    settings = load_settings(written(tmp_path, "database_url: sqlite:////tmp/other.db"))

    assert settings.database_path == Path("/tmp/one.db")


def test_empty_variable_counts_as_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "")

    assert load_settings(tmp_path).ollama_host is None


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("THREADFAST_TEEM", "x", "THREADFAST_TEEM in the environment: .*did you mean THREADFAST_TEAM"),
        ("THREADFAST_OLLAMA_HOST", "x", "did you mean OLLAMA_HOST"),
        ("THREADFAST_NUM_CTX", "many", "THREADFAST_NUM_CTX in the environment: .*whole number"),
        ("THREADFAST_MODELS", "{x", "THREADFAST_MODELS in the environment: .*not JSON"),
        (
            "THREADFAST_WORKSPACE_LANGUAGES",
            "T1=zh",
            "THREADFAST_WORKSPACE_LANGUAGES in the environment: .*not JSON.*T0",
        ),
        ("THREADFAST_WORKSPACE_LANGUAGES", '{"T1": "fr"}', "LANGUAGES in the environment, T1: .*'en' or 'zh'"),
        ("DATABASE_URL", "postgresql://db", "DATABASE_URL in the environment: only sqlite"),
        ("THREADFAST_OPENAI_API_KEY", "sk-1", "without THREADFAST_OPENAI_BASE_URL"),
        ("THREADFAST_LANGUAGE", "klingon", "THREADFAST_LANGUAGE in the environment"),
    ],
)
def test_wrong_variable_is_named_with_what_is_wrong(
    name: str, value: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=sentence):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("team: x\nnum_ct: 4", r"threadfast\.yaml:2: there is no setting 'num_ct'; did you mean num_ctx\?"),
        ("num_ctx: 4", r"threadfast\.yaml:1: num_ctx: .*512"),
        ("models: {chat: [1]}", r"threadfast\.yaml:1: models, chat: "),
        ("team: [", r"threadfast\.yaml:\d: this is not YAML"),
        ("- team", r"threadfast\.yaml: this must be a list of"),
    ],
)
def test_wrong_file_is_named_with_its_line(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load_settings(written(tmp_path, text))


def test_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "threadfast.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)


@pytest.mark.parametrize("place", ["file", "environment"])
def test_languages_of_workspaces_are_a_mapping(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if place == "file":
        written(tmp_path, "workspace_languages: {T1: zh, T2: en}\n")
    else:
        monkeypatch.setenv("THREADFAST_WORKSPACE_LANGUAGES", '{"T1": "zh", "T2": "en"}')

    assert load_settings(tmp_path).workspace_languages == {"T1": "zh", "T2": "en"}


def test_secret_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADFAST_OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("THREADFAST_OPENAI_BASE_URL", "http://host/v1")

    assert "sk-secret" not in repr(load_settings(tmp_path))


@pytest.mark.parametrize(("lang", "language"), [("zh_CN.UTF-8", "zh"), ("de_DE.UTF-8", "en"), ("C.UTF-8", "en")])
def test_language_follows_the_persons_environment(
    lang: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", lang)

    assert load_settings(tmp_path).spoken_language == language


def test_every_setting_is_described() -> None:
    rows = settings_rows()

    assert len(rows) >= len(Settings.model_fields)
    assert all(meaning.endswith(".") for _, _, meaning in rows)
