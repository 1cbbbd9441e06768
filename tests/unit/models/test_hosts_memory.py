from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agents.models.hosts.choosing import Space
from agents.models.hosts.knowledge import Held, Knowledge, held_of, key_of, moment_of, tags_of
from agents.models.hosts.making import host_of
from agents.models.hosts.memory import Capacity, Memory
from agents.models.hosts.pace import Pace
from agents.models.settings import HostSettings, ModelSettings

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def told(*names: str, at: float = 0.0, context: int | None = 8192, size: int = 4) -> Knowledge:
    return Knowledge(at=at, held={name: Held(size=size, context=context) for name in names})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-01T01:00:00.123456789+01:00", NOW + timedelta(microseconds=123456)),
        ("2026-01-01T00:00:00Z", NOW),
        ("2026-01-01T00:00:00", NOW),
        ("", None),
        (None, None),
        ("soon", None),
    ],
)
def test_moments_are_read_as_go_writes_them(text: str | None, moment: datetime | None) -> None:
    assert moment_of(text) == moment


def test_what_a_host_lists_is_read_and_what_it_leaves_out_is_not_made_up() -> None:
    assert tags_of({"models": [{"name": "a:latest", "size": 7}, {"name": "b"}, {}]}) == {"a:latest": 7, "b": 0}
    assert tags_of({"models": None}) == {}
    assert held_of({"models": [{"name": "a", "size": 7, "size_vram": 5, "context_length": 0}]}) == {
        "a": Held(size=7, vram=5)
    }


def test_latest_is_the_same_as_no_tag() -> None:
    assert key_of(["a:latest"], "a") == "a:latest"
    assert key_of(["a"], "a:latest") == "a"
    assert key_of(["a:7b"], "a") is None


def test_model_is_there_until_its_time_is_over_unless_it_is_used() -> None:
    memory = Memory()
    memory.loaded("a", Held(context=8192), until=10.0)

    assert memory.has("a", 8192, 9.0)
    assert not memory.has("a", 8192, 10.0)
    memory.used("a", 9.0, seconds=100)
    assert memory.has("a", 8192, 108.0)
    assert memory.unused("a", 19.0) == 10.0
    assert memory.unused("b", 19.0) == float("inf")


def test_model_with_another_context_than_ours_is_not_there_for_us() -> None:
    memory = Memory()
    memory.look(told("a:latest", context=4096))

    assert (memory.has("a", 8192, 1.0), memory.foreign("a", 8192, 1.0)) == (False, True)
    assert memory.has("a", 4096, 1.0)


@pytest.mark.parametrize("context", [2048, 16384])
def test_context_that_a_host_makes_of_ours_is_ours(context: int) -> None:
    memory = Memory()
    memory.loaded("a", Held(context=8192), until=1000.0)
    assert memory.learns

    memory.look(told("a", context=context))

    assert memory.has("a", 8192, 1.0)
    memory.look(told("a", context=4096))
    assert memory.foreign("a", 8192, 1.0)


def test_look_at_the_host_is_wanted_once_after_a_load() -> None:
    memory = Memory()
    memory.loaded("a", Held(context=8192), until=1000.0)
    memory.look(told("a"))

    assert not memory.learns


def test_host_that_does_not_tell_a_context_is_believed() -> None:
    memory = Memory()
    memory.look(told("a", context=None))

    assert memory.has("a", 8192, 1.0)


def test_room_is_known_from_what_was_there_together_and_what_had_to_leave() -> None:
    capacity = Capacity()
    assert (capacity.space(0, 4), capacity.space(4, 4)) == (Space.EMPTY, Space.UNKNOWN)

    capacity.saw({}, {"a": Held(size=4), "b": Held(size=4)}, NOW)
    assert (capacity.space(4, 4), capacity.space(8, 4)) == (Space.FITS, Space.UNKNOWN)

    capacity.saw({"a": Held(size=4), "b": Held(size=4)}, {"b": Held(size=4), "c": Held(size=4)}, NOW)
    assert (capacity.space(8, 4), capacity.space(4, 4)) == (Space.FULL, Space.FITS)


def test_model_whose_time_was_over_tells_nothing_about_room() -> None:
    capacity = Capacity()

    capacity.saw({"a": Held(size=4, expires=NOW - timedelta(seconds=1))}, {"b": Held(size=4)}, NOW)

    assert capacity.space(4, 4) is Space.UNKNOWN


def test_model_that_the_host_calls_latest_has_not_left() -> None:
    capacity = Capacity()

    capacity.saw({"a": Held(size=4)}, {"a:latest": Held(size=4)}, NOW)

    assert capacity.space(4, 4) is Space.UNKNOWN


def test_model_that_is_asked_by_its_short_name_takes_its_room_once() -> None:
    host = host_of(ModelSettings(cache=Path("none")), HostSettings(name="gpu", address="gpu"))
    host.took(told("a:latest", "b:7b"))
    for name in ("a", "c", "b:7b"):
        host.begin(name, 0.0)

    assert host.others("b:7b", 1.0) == ["a:latest", "c"]
    assert host.held("c", 1.0) == 8


def test_more_room_than_was_thought_is_believed() -> None:
    capacity = Capacity()
    capacity.saw({"a": Held(size=4)}, {"b": Held(size=4)}, NOW)
    assert capacity.space(4, 4) is Space.FULL

    capacity.saw({}, {"a": Held(size=4), "b": Held(size=4)}, NOW)

    assert capacity.space(4, 4) is Space.FITS


def test_load_is_thought_to_take_as_long_as_its_bytes_until_one_was_seen() -> None:
    pace = Pace()

    assert [pace.load_seconds("a", size) for size in (0, 10**6, 4 * 10**9, 10**12)] == [10.0, 2.0, 8.0, 60.0]
    pace.loaded("a", 3.0)
    assert pace.load_seconds("a", 4 * 10**9) == 3.0
    assert pace.call_seconds("a") is None
    pace.called("a", 1.0)
    pace.called("a", 2.0)
    assert pace.call_seconds("a") == pytest.approx(1.3)
