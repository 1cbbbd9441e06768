from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.hosts.choosing import Demand, Space, View, choose, making_room

NOW = Demand()
PRESSED = Demand(waited=40, pressed=40, backlog=200)


def chosen(*views: View, demand: Demand = NOW) -> str | None:
    found = choose(views, demand)
    return found.host if found else None


def view(host: str, **more: object) -> View:
    return View(host=host, **more)  # type: ignore[arg-type]


def test_host_that_has_the_model_loaded_and_a_free_slot_comes_first() -> None:
    idle = view("idle", order=0, weight=9)
    loaded = view("loaded", order=1, loaded=True, share=0.5)

    assert chosen(idle, loaded) == "loaded"


def test_of_several_that_have_it_loaded_the_least_busy_is_asked() -> None:
    assert chosen(view("a", loaded=True, share=0.5), view("b", loaded=True, share=0.25)) == "b"


@pytest.mark.parametrize(("weights", "wanted"), [((1, 2), "b"), ((2, 1), "a"), ((1, 1), "a")])
def test_weight_and_then_the_order_of_the_settings_break_a_tie(weights: tuple[float, float], wanted: str) -> None:
    views = [view("a", loaded=True, weight=weights[0], order=0), view("b", loaded=True, weight=weights[1], order=1)]

    assert chosen(*views) == wanted


def test_model_that_is_loaded_nowhere_goes_where_memory_is_empty() -> None:
    full = view("full", held=8, space=Space.UNKNOWN, quiet=0.0)

    assert chosen(full, view("empty", order=1)) == "empty"


def test_waiting_for_the_loaded_host_for_less_than_a_load_beats_loading_elsewhere() -> None:
    loaded = view("loaded", loaded=True, free=False)
    empty = view("empty", order=1, load_seconds=10)

    assert chosen(loaded, empty, demand=Demand(waited=5, pressed=5, backlog=8)) is None


def test_empty_host_loads_the_model_too_when_the_queue_costs_more_than_that() -> None:
    loaded = view("loaded", loaded=True, free=False)

    assert chosen(loaded, view("empty", order=1), demand=Demand(waited=3, pressed=3, backlog=30)) == "empty"


def test_short_press_of_calls_loads_nothing_elsewhere() -> None:
    loaded = view("loaded", loaded=True, free=False)

    assert chosen(loaded, view("empty", order=1), demand=Demand(pressed=0.5, backlog=1000)) is None


@pytest.mark.parametrize("space", [Space.UNKNOWN, Space.FULL])
@pytest.mark.parametrize("busy", [{"quiet": 1.0}, {"wanted": True, "quiet": 0.0}])
def test_model_in_use_is_not_driven_out_for_one_that_is_loaded_elsewhere(space: Space, busy: dict[str, object]) -> None:
    loaded = view("loaded", loaded=True, free=False)
    other = view("other", order=1, held=8, space=space, **busy)

    assert chosen(loaded, other, demand=Demand(waited=20, pressed=20, backlog=60)) is None


def test_room_that_nobody_knows_of_is_tried_once_the_queue_is_long_enough() -> None:
    loaded = view("loaded", loaded=True, free=False)
    unknown = view("other", order=1, held=8, space=Space.UNKNOWN, quiet=1.0)

    assert chosen(loaded, unknown, demand=PRESSED) == "other"


def test_model_that_is_there_with_another_context_is_not_loaded_again_while_another_host_is_free() -> None:
    foreign = view("foreign", foreign=True)

    assert chosen(foreign, view("empty", order=1)) == "empty"
    assert chosen(foreign) == "foreign"


def test_full_host_changes_models_when_nobody_wants_the_other_any_more() -> None:
    assert chosen(view("full", space=Space.FULL, held=8, quiet=3.0)) == "full"
    assert chosen(view("full", space=Space.FULL, held=8, quiet=0.5)) is None


def test_full_host_changes_models_in_turns_while_both_are_wanted() -> None:
    full = view("full", space=Space.FULL, held=8, quiet=0.0, wanted=True, load_seconds=4)

    assert chosen(full, demand=Demand(waited=11.9)) is None
    assert chosen(full, demand=Demand(waited=12)) == "full"


def test_model_whose_answer_is_under_way_is_not_driven_out() -> None:
    working = view("full", space=Space.FULL, held=8, quiet=0.0, working=True)

    assert chosen(working, demand=Demand(waited=1000)) is None


def test_host_that_makes_room_takes_no_more_calls_of_others() -> None:
    assert chosen(view("a", loaded=True, promised=True)) is None


def test_room_is_made_only_for_what_has_waited_its_turn_and_fits_nowhere() -> None:
    full, patient = view("full", space=Space.FULL, load_seconds=1), Demand(waited=5)

    assert making_room([full], patient) is full
    assert making_room([full], Demand(waited=4.9)) is None
    assert making_room([full, view("empty")], patient) is None
    assert making_room([view("there", loaded=True), full], patient) is None


@given(
    st.lists(
        st.builds(
            View,
            host=st.uuids().map(str),
            order=st.integers(0, 5),
            weight=st.floats(0.1, 10),
            free=st.booleans(),
            share=st.floats(0, 5),
            loaded=st.booleans(),
            space=st.sampled_from(Space),
            quiet=st.floats(0, 100),
            wanted=st.booleans(),
            working=st.booleans(),
            promised=st.booleans(),
            load_seconds=st.floats(0, 60),
        ),
        max_size=5,
    ),
    st.builds(Demand, waited=st.floats(0, 100), pressed=st.floats(0, 100), backlog=st.floats(0, 1000)),
)
def test_only_a_host_that_is_free_and_unpromised_is_ever_chosen(views: list[View], demand: Demand) -> None:
    found = choose(views, demand)

    assert found is None or (found.free and not found.promised)
    ready = [one for one in views if one.free and one.loaded and not one.promised]
    assert not ready or (found is not None and found.loaded)
