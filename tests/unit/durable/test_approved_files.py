"""The files that approved code finds are those, byte for byte, that it was approved with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import pytest
from autogen.coding.base import CodeBlock

from agents.durable import Policy
from bot.domain import ApprovalPolicy, Attachment, Opening, seal_of
from tests.unit.durable.rig import Rig, Said, Speaking
from tests.unit.durable.test_code import Result
from tests.unit.durable.test_policies import ALWAYS, ONCE_CODE, ONCE_RUN, ONE, YES, Computing, Noting, coding, replayed

RUN_JOB = "```python\nexec(open('job.py').read())\n```"
WRITE_JOB = "```python\nopen('job.py', 'w').write('evil()')\n```"
FINE, EVIL = (Attachment(name="job.py", media_type="text/x-python", data=data) for data in (b"fine()", b"evil()"))


class Writing(Noting):
    """A box whose code writes these files, run after run."""

    def __init__(self, *written: tuple[Attachment, ...]) -> None:
        super().__init__(None)
        self._written = iter(written)

    async def run_blocks(self, blocks: list[CodeBlock], *, inputs: Mapping[str, bytes]) -> Result:
        self._result = Result(0, "1", next(self._written, ()))
        return await super().run_blocks(blocks, inputs=inputs)


def hashed(*files: Attachment) -> tuple[str, ...]:
    return tuple(hashlib.sha256(file.data).hexdigest() for file in files)


async def test_an_approval_holds_the_hash_of_each_file_that_the_code_finds() -> None:
    team, rig = Computing(), coding(ALWAYS, RUN_JOB)
    other = Attachment(name="a.csv", media_type="text/csv", data=b"1")
    rig.run = replace(rig.run, opening=Opening(text="x", attachments=(FINE, other)))

    await rig.step(team)

    (item,) = rig.journal.open[0].items
    assert (item.files, item.hashes) == (("a.csv", "job.py"), hashed(other, FINE))
    assert item.seal == seal_of(item) != seal_of(replace(item, hashes=hashed(other, EVIL)))


@pytest.mark.parametrize(
    ("policy", "written", "asked"),
    [(ONCE_CODE, EVIL, 2), (ONCE_CODE, FINE, 1), (ONCE_CODE, replace(FINE, name="b.py"), 2), (ONCE_RUN, EVIL, 1)],
    ids=["another file of the name", "the same file", "a file more", "the whole run"],
)
async def test_the_same_code_over_other_files_is_asked_for_again(
    policy: ApprovalPolicy, written: Attachment, asked: int
) -> None:
    team, rig = Computing(), coding(policy, RUN_JOB, RUN_JOB)
    team.box = Writing((written,))
    rig.run = replace(rig.run, opening=Opening(text="x", attachments=(FINE,)))
    await rig.step(team)
    rig.answer(verdicts=(YES,))

    outcome = await rig.step(team)

    assert outcome.waiting == (asked == 2)
    assert len(rig.journal.requests) == asked
    assert len(team.box.ran) == 3 - asked
    if not outcome.waiting:
        replaying, again = Computing(), Rig(Speaking(rig.models.lines), journal=rig.journal, policy=rig.policy)
        again.run = rig.run
        assert not (await again.step(replaying)).waiting
        assert replaying.box.ran == []


async def test_code_finds_the_bytes_that_people_were_told_of_and_not_what_another_chat_wrote_since() -> None:
    said: dict[str, list[Said]] = {"left": [WRITE_JOB, WRITE_JOB, "TERMINATE"], "right": [ONE, RUN_JOB, "TERMINATE"]}
    team, rig = Computing("left", "right"), Rig(Speaking(said), policy=Policy(code=ALWAYS))
    team.box = Writing((FINE,), (), (EVIL,))
    await rig.step(team)
    for side in ("left", "right", "left", "right"):
        [waiting] = [request for request in rig.journal.open if side in request.agent]
        rig.answer(verdicts=(YES,), request=waiting)
        await rig.step(team)

    last = rig.journal.claims[-1]
    (asked,) = (request.items[0] for request in rig.journal.requests.values() if request.id == last.request)
    assert (asked.hashes, last.seal) == (hashed(FINE), asked.seal)
    assert team.box.given == [{}, {}, {"job.py": FINE.data}, {"job.py": FINE.data}]
    for _ in range(3):
        assert (await replayed(rig, team.names)).box.ran == []
