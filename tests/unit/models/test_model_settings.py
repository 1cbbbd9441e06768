from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agents.models.hosts.making import host_of
from agents.models.hosts.servers import OpenAIServer
from agents.models.ollama_host import OllamaHost
from agents.models.settings import Alias, HostSettings, Kind, ModelSettings, duration_of
from bot.errors import SettingsError

GPU = HostSettings(name="gpu", address="http://gpu:11434")
BASE = ModelSettings(cache=Path("none"))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30m", 1800), ("1h30m", 5400), ("90", 90), (90, 90), ("500ms", 0.5), ("-1", float("inf")), ("-1m", float("inf"))],
)
def test_time_in_memory_is_read_as_ollama_reads_it(text: str | float, seconds: float) -> None:
    assert duration_of(text) == seconds


@pytest.mark.parametrize("text", ["soon", "", "1 h", "nan", "inf", "m"])
def test_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time; 30m"):
        duration_of(text)


@pytest.mark.parametrize(("text", "sent"), [("30m", "30m"), ("-1", -1.0), ("90", 90.0), (None, None)])
def test_number_of_seconds_is_sent_as_a_number(text: str | None, sent: object) -> None:
    assert OllamaHost(url="http://gpu", keep_alive=text).kept("any") == sent


def test_nothing_said_means_what_this_machine_has() -> None:
    assert BASE.configured == ()


def test_short_settings_mean_one_host_and_the_compatible_server_comes_first() -> None:
    both = replace(BASE, ollama_host="gpu", openai_base_url="http://x/v1", openai_api_key="k")

    assert [one.kind for one in both.configured] == ["openai"]
    assert [one.address for one in replace(both, openai_base_url=None).configured] == ["gpu"]


def test_name_stands_for_itself_or_for_what_the_settings_say() -> None:
    settings = replace(BASE, aliases={"chat": "qwen2:7b", "code": Alias(model="big", fallbacks=("small", "big"))})

    assert [settings.alias(name).chain for name in ("chat", "code", "other")] == [
        ("qwen2:7b",),
        ("big", "small"),
        ("other",),
    ]


def test_model_has_one_context_whoever_names_it() -> None:
    aliases = {
        "code": Alias(model="big", fallbacks=("small", "tiny"), num_ctx=16384, keep_alive="1h"),
        "chat": Alias(model="small", num_ctx=4096),
    }

    settings = replace(BASE, aliases=aliases)

    assert settings.contexts == {"big": 16384, "small": 4096, "tiny": 16384}
    assert settings.keep_alives == {"big": "1h", "small": "1h", "tiny": "1h"}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (replace(BASE, hosts=(GPU,), ollama_host="x"), "hosts in the settings and OLLAMA_HOST beside them"),
        (replace(BASE, hosts=(GPU,), openai_base_url="http://x"), "THREADFAST_OPENAI_BASE_URL beside them"),
        (replace(BASE, hosts=(replace(GPU, address="ftp://x"),)), "The address of the host gpu: 'ftp://x' is no"),
        (
            replace(BASE, aliases={"a": Alias(model="m", num_ctx=512), "b": Alias(model="m", num_ctx=1024)}),
            "a and b both mean m, with a num_ctx of 512 and of 1024",
        ),
        (
            replace(BASE, aliases={"a": Alias(model="m", num_ctx=512), "b": Alias(model="m:latest", num_ctx=1024)}),
            "a and b both mean m:latest, with a num_ctx of 512 and of 1024",
        ),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: ModelSettings, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        settings.check()


def test_keys_and_passwords_do_not_show() -> None:
    host = HostSettings(name="gpu", address="http://me:secret1@gpu", key="secret2", headers={"X": "secret3"})

    assert "secret" not in repr(host)


@pytest.mark.parametrize(
    ("kind", "address", "used"),
    [
        ("openai", "gpu:8000/v1", "http://gpu:8000/v1"),
        ("openai", "gpu/v1/", "http://gpu/v1"),
        ("openai", "https://gpu/v1", "https://gpu/v1"),
        ("ollama", "gpu", "http://gpu:11434"),
    ],
)
def test_address_without_a_scheme_is_used_as_one_with_it(kind: Kind, address: str, used: str) -> None:
    host = host_of(BASE, HostSettings(name="gpu", kind=kind, address=address))

    assert host.address == used


async def test_client_of_the_other_dialect_is_given_the_address_with_its_scheme() -> None:
    server = await host_of(BASE, HostSettings(name="gpu", kind="openai", address="gpu:8000/v1")).server()

    assert isinstance(server, OpenAIServer)
    assert server.client.base_url == "http://gpu:8000/v1"
    await server.close()
