from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load_settings
from bot.errors import SettingsError
from bot.model_hosts import model_settings
from bot.redaction import Redactor

HOSTS = """
hosts:
  gpu1: {address: "http://me:pass%20word@10.0.0.5:11434", slots: 2}
  gpu2:
    address: http://10.0.0.6:8000/v1
    kind: openai
    key: sk-key-of-gpu2
    headers: {Authorization: Bearer token-of-gpu2, X-Team: team-of-gpu2}
    weight: 2
models:
  chat: qwen2:7b
  code: {model: deepseek-coder-v2:16b, fallbacks: [qwen2.5-coder:7b], num_ctx: 16384, keep_alive: 1h, think: false,
         temperature: 0.2}
"""


def written(folder: Path, text: str) -> Path:
    (folder / "threadfast.yaml").write_text(text, "utf-8")
    return folder


def test_hosts_and_models_are_read_as_the_agents_side_takes_them(tmp_path: Path) -> None:
    settings = model_settings(load_settings(written(tmp_path, HOSTS)))

    one, two = settings.hosts
    assert (one.name, one.kind, one.slots, one.weight) == ("gpu1", "ollama", 2, 1.0)
    assert (two.name, two.kind, two.key, two.slots, two.weight) == ("gpu2", "openai", "sk-key-of-gpu2", None, 2.0)
    assert two.headers == {"Authorization": "Bearer token-of-gpu2", "X-Team": "team-of-gpu2"}
    assert settings.alias("chat").chain == ("qwen2:7b",)
    code = settings.alias("code")
    assert code.chain == ("deepseek-coder-v2:16b", "qwen2.5-coder:7b")
    assert (code.num_ctx, code.keep_alive, code.think, code.temperature) == (16384, "1h", False, 0.2)


def test_hosts_of_the_environment_are_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADFAST_HOSTS", '{"gpu": {"address": "http://gpu:11434", "slots": 1}}')

    assert model_settings(load_settings(tmp_path)).hosts[0].address == "http://gpu:11434"


def test_every_secret_of_a_host_is_known_to_whatever_redacts(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, HOSTS))

    secrets = ("sk-key-of-gpu2", "token-of-gpu2", "Bearer token-of-gpu2", "team-of-gpu2", "pass word")
    assert set(secrets) <= set(settings.secrets)
    redacted = Redactor(settings.secrets).text("the key is sk-key-of-gpu2, the token token-of-gpu2")
    assert "gpu2" not in redacted
    assert not any(secret in repr(settings) for secret in (*secrets, "pass%20word"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hosts: {gpu: {adress: x}}", "hosts, gpu: there is no 'adress' here; did you mean address"),
        ("hosts: {gpu: {colour: x}}", "there is no 'colour' here; there are address, kind"),
        ("hosts: {gpu: http://x}", r"hosts, gpu: this must be a mapping, such as \{address"),
        ("hosts: [http://x]", r"hosts: this must be a mapping of names to hosts, such as \{"),
        ("hosts:", r"hosts: this must be a mapping of names to hosts, such as \{"),
        ("hosts: {gpu: {slots: 1}}", "hosts, gpu, address: this is not there, and must be"),
        ("hosts:\n  gpu:\n    address: ftp://x", r"yaml:3: hosts, gpu, address: 'ftp://x' is no address of a model"),
        ("hosts: {gpu: {address: 'http://u:secret@x y'}}", "address: 'http://x y' is no address"),
        ("hosts: {gpu: {address: 'http://x:99999'}}", "99999' is no address"),
        ("hosts: {gpu: {address: http://x, kind: vllm}}", "hosts, gpu, kind: this must be 'ollama' or 'openai'"),
        ("hosts: {gpu: {address: http://x, slots: -1}}", "hosts, gpu, slots: this must be at least 0"),
        ("hosts: {gpu: {address: http://x, slots: two}}", "hosts, gpu, slots: this must be a whole number"),
        ("hosts: {gpu: {address: http://x, weight: 0}}", "0 is no weight; write a number above 0"),
        ("hosts: {gpu: {address: http://x, weight: heavy}}", "'heavy' is no weight"),
        ("hosts: {gpu: {address: http://x, key: ''}}", "hosts, gpu, key: this key is empty"),
        ("hosts: {gpu: {address: http://x, key: a b}}", "has a blank or a line break in it"),
        ("hosts: {gpu: {address: http://x, headers: {X Y: z}}}", "'X Y' is no header's name"),
        ('hosts: {gpu: {address: http://x, headers: {X: "a\\nb"}}}', "the header X is empty or has a line break"),
        ("hosts: {gpu 1: {address: http://x}}", "'gpu 1' is no host's name"),
        ("hosts: {a: {address: http://x}, b: {address: http://x/}}", "a and b are one server"),
        (
            "hosts: {a: {address: 'http://x:11434'}, b: {address: 'http://x:11434/v1', kind: openai}}",
            "a and b are one server: .* in two dialects loads its models again and again",
        ),
        ("hosts: {a: {address: x}, b: {address: 'http://x:11434'}}", "a and b are one server"),
        ("hosts: {a: {address: x/v1, kind: openai}, b: {address: 'http://x', kind: openai}}", "a and b are one server"),
        ("hosts: {a: {address: 'localhost:11434'}, b: {address: 127.0.0.1}}", "a and b are one server"),
        ("hosts: {a: {address: http://x}}\nollama_host: y", "OLLAMA_HOST .* is set beside it"),
        ("hosts: {a: {address: http://x}}\nopenai_base_url: y", "THREADFAST_OPENAI_BASE_URL .* is set beside it"),
        ("models: {chat: [1]}", r"models, chat: \[1\] is no model's name, such as qwen2:7b, and no mapping"),
        ("models: {chat: {modell: x}}", "models, chat: there is no 'modell' here; did you mean model"),
        ("models: {chat: {fallbacks: [x]}}", "models, chat, model: this is not there, and must be"),
        ("models: {chat: ''}", "models, chat, model: '' is no model's name"),
        ("models: {chat: two words}", "'two words' is no model's name"),
        ("models: {chat: {model: x, fallbacks: y}}", "fallbacks: this must be a list of models"),
        ("models: {chat: {model: x, fallbacks: [1]}}", "models, chat, fallbacks, entry 1: 1 is no model's name"),
        ("models: {chat: {model: x, num_ctx: 12}}", "models, chat, num_ctx: this must be at least 512"),
        ("models: {chat: {model: x, keep_alive: soon}}", "models, chat, keep_alive: 'soon' is no time; write 30m"),
        ("models: {chat: {model: x, temperature: 3}}", "models, chat, temperature: this must be at most 2"),
        ("models: {chat: {model: x, think: perhaps}}", "models, chat, think: this must be true or false"),
        (
            "models: {a: {model: x, num_ctx: 4096}, b: {model: x, num_ctx: 8192}}",
            "models: a and b both mean x, with a num_ctx of 4096 and of 8192. Give both the same",
        ),
        (
            "models: {a: {model: x, num_ctx: 4096}, b: {model: 'x:latest', num_ctx: 8192}}",
            "models: a and b both mean x:latest, with a num_ctx of 4096 and of 8192. Give both the same",
        ),
        ("keep_alive: soon", "keep_alive: 'soon' is no time"),
        ("model_queue: 0", "model_queue: this must be at least 1"),
    ],
)
def test_wrong_value_is_named_with_what_to_do(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=sentence) as refused:
        load_settings(written(tmp_path, text))

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["OLLAMA_HOST", "THREADFAST_OPENAI_BASE_URL"])
def test_short_way_to_one_host_is_refused_beside_hosts(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "http://other")

    with pytest.raises(SettingsError, match=f"{name} .* is set beside it.*Write that server as one of the hosts"):
        load_settings(written(tmp_path, "hosts: {gpu: {address: http://x}}"))


def test_models_of_a_name_are_known_in_their_order(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, HOSTS))

    assert settings.chain_of("code") == ("deepseek-coder-v2:16b", "qwen2.5-coder:7b")
    assert settings.chain_of("unheard-of") == ("unheard-of",)
