"""A card with all that is to be known of what would run stays one message, whatever that is."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.discord.rendering.cards import card_of
from adapters.discord.rendering.parts import MOST_CONTENT, size
from bot.domain import ApprovalPolicy, Decision, InputRequest, Verdict
from tests.unit.discord.reader import picture
from tests.unit.slack.made import answered, approval, item

ADA, BEA, OPS = "123456789012345678", "223456789012345678", "role:323456789012345678"
NAMES = st.one_of(
    st.sampled_from(["_" * 90, "数据" * 30 + ".csv", "\u202e" * 30, "x.csv", "*" * 60]), st.text(max_size=90)
)
CODES = st.sampled_from(["print(1)", "x" * 3_000, "```", "```p\u0430" + "_" * 90, "\n".join(["print(1)"] * 300), "a\n"])
LONG = "w" * 900
DECISIONS = st.sampled_from(
    [
        None,
        Decision(verdict=Verdict.REJECT, reason=LONG),
        Decision(verdict=Verdict.APPROVE, content=f"```p\u0430{'_' * 99}"),
    ]
)


@settings(deadline=None, max_examples=500)
@given(
    codes=st.lists(CODES, min_size=1, max_size=5),
    files=st.lists(NAMES, max_size=9),
    deciders=st.lists(st.one_of(st.sampled_from([ADA, BEA, OPS, "starter", "everyone", "guests", "externals"]), NAMES)),
    named=st.lists(NAMES, max_size=4),
    policy=st.sampled_from(ApprovalPolicy),
    decided=st.lists(DECISIONS, min_size=5, max_size=5),
    language=st.sampled_from(["en", "zh"]),
    four_eyes=st.booleans(),
)
def test_card_is_one_message_whatever_is_to_be_said_on_it(  # all that a card is made of
    codes: list[str],
    files: list[str],
    deciders: list[str],
    named: list[str],
    policy: ApprovalPolicy,
    decided: list[Decision | None],
    language: str,
    *,
    four_eyes: bool,
) -> None:
    items = [replace(item(code), files=tuple(files), limits={"timeout": 86_400}, policy=policy) for code in codes]
    asked = approval(*items, deciders=tuple(deciders), may_answer=tuple(named), four_eyes=four_eyes)
    some = replace(asked, decided=tuple(decided[: len(codes)]))
    every = [one or Decision(verdict=Verdict.APPROVE) for one in decided[: len(codes)]]

    for request, is_open in ((asked, True), (some, True), (answered(asked, *every), False)):
        parts = card_of(request, "Somebody asks. " * 40, language, is_open=is_open)
        assert 0 < size(parts[0].content) <= MOST_CONTENT


def test_people_and_roles_stand_on_the_card_as_mentions_which_ping_nobody() -> None:
    asked = approval(item("print(1)"), deciders=("starter", ADA, OPS, "99", "group:S1"))

    assert last(asked) == snapshot(
        "-# Open until <t:1767519000:f>. Who may decide: who started the run, <@123456789012345678>, "
        "<@&323456789012345678>, 99, group:S1."
    )


def test_card_says_who_may_not_decide_and_whom_the_team_names() -> None:
    asked = approval(item("print(1)"), deciders=("everyone",), four_eyes=True)

    assert last(asked) == snapshot(
        "-# Open until <t:1767519000:f>. Who may decide: members of the workspace; not who started the run."
    )
    assert last(replace(asked, may_answer=(ADA,))) == snapshot(
        "-# Open until <t:1767519000:f>. Who may decide: members of the workspace; of these only "
        "<@123456789012345678>, and not who started the run."
    )
    assert last(replace(asked, deciders=("starter",), four_eyes=False)) == snapshot(
        "-# Open until <t:1767519000:f>. Only who started the run may decide."
    )
    assert last(replace(asked, deciders=(), four_eyes=False)) == snapshot("-# Open until <t:1767519000:f>")


def last(asked: InputRequest) -> str:
    (part,) = card_of(asked, "Asked.", "en", is_open=True)
    return part.content.split("\n")[-1]


def test_what_holds_for_several_items_stands_once_below_them() -> None:
    code = replace(item("p\u0430y()"), limits={"timeout": 60, "memory_mb": 1536}, files=("a_b.csv",))
    code = replace(code, policy=ApprovalPolicy.ONCE_PER_CODE)

    assert picture(card_of(approval(code, code), "Asked.", "en", is_open=True)[0]) == snapshot("""\
Asked.
**1. Code, python**
```python
pаy()
```
-# sha256 b25df557220b
**2. Code, python**
```python
pаy()
```
-# sha256 b25df557220b
Approving covers exactly the same again in this run.
Holds letters of several alphabets in one word: p⟦U+0430⟧y
-# at most 60 s, 1.5 GiB memory, no network · files: a\\_b.csv
-# Open until <t:1767519000:f>
[Approve 1] [Reject 1] [Edit 1]
[Approve 2] [Reject 2] [Edit 2]
[Approve all] [Reject all] [End this chat] [Stop the run]\
""")
