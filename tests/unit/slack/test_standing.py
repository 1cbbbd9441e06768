from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.web.people import read_person
from bot.domain import Json

OURS, THEIRS, ORGANISATION = "T0OURS", "T0THEIRS", "E0ORG"


@pytest.mark.parametrize(
    ("user", "external"),
    [
        ({"team_id": OURS}, False),
        ({"team_id": OURS, "is_stranger": False}, False),
        ({"team_id": OURS, "is_stranger": True}, True),
        ({"team_id": THEIRS}, True),
        ({"team_id": THEIRS, "enterprise_user": {"enterprise_id": ORGANISATION, "teams": [THEIRS, OURS]}}, False),
        ({"team_id": THEIRS, "enterprise_user": {"enterprise_id": ORGANISATION, "teams": [THEIRS]}}, True),
        ({"team_id": THEIRS, "enterprise_user": {}}, True),
        ({"profile": {"team": OURS}}, True),
        ({}, True),
    ],
)
def test_who_is_of_no_workspace_of_ours_is_external(user: Json, external: bool) -> None:
    assert read_person("U1", user, OURS).external is external


def test_organisations_own_installation_counts_its_people_as_members() -> None:
    user = {"team_id": THEIRS, "enterprise_user": {"enterprise_id": ORGANISATION, "teams": [THEIRS]}}

    assert not read_person("U1", user, ORGANISATION).external


@pytest.mark.parametrize(
    ("user", "guest"),
    [
        ({"is_restricted": True, "is_ultra_restricted": False}, True),
        ({"is_restricted": True, "is_ultra_restricted": True}, True),
        ({"is_ultra_restricted": True}, True),
        ({"is_restricted": False, "is_ultra_restricted": False}, False),
    ],
)
def test_guests_of_several_channels_and_of_one_are_guests(user: Json, guest: bool) -> None:
    assert read_person("U1", {"team_id": OURS, **user}, OURS).guest is guest


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5) | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
    st.sampled_from(["team_id", "enterprise_user", "is_stranger", "is_restricted"]),
)
def test_whatever_slack_tells_nobody_becomes_a_member_by_it_but_by_our_id(told: object, key: str) -> None:
    person = read_person("U1", {key: told}, OURS)

    assert person.external or told == OURS
