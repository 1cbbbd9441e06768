"""A team that obeys whoever asks it to tell secrets: in its words, its code's output, files, names and errors."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import quote, quote_plus

from bot.domain import Attachment, Batch, Outcome, Run, Turn, TurnKind
from bot.errors import RunFailedError
from bot.ports import Clock, Preview, RunJournal
from tests.scripted import ScriptedTeams

WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "reversed": lambda secret: secret[::-1],
    "hex": lambda secret: secret.encode().hex(),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 for addresses": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "base64 of more": lambda secret: base64.b64encode(f"the token is {secret}, really".encode()).decode(),
    "in an address": lambda secret: quote(secret, safe=""),
    "in a form": quote_plus,
    "one part a line": lambda secret: "\n".join(secret[at : at + 6] for at in range(0, len(secret), 6)),
}


class LeakingTeams(ScriptedTeams):
    """Every run tells all secrets in all ways, then fails with one of them in the reason."""

    def __init__(self, secrets: Sequence[str], *, clock: Clock) -> None:
        super().__init__({"greet": []}, clock=clock)
        self.secrets = secrets

    async def advance(self, run: Run, journal: RunJournal, preview: Preview) -> Outcome:
        await journal.load()
        told = [way(secret) for secret in self.secrets for way in WAYS.values()]
        for number, secret in enumerate(self.secrets):
            say_in_pieces(preview, f"chat/{number}", f"the token is {secret}, and more words follow")
        said = [turn for n, each in enumerate(told) for turn in turns(each, 4 * n + 1)]
        # As many messages as it takes: some of them end where a secret stands.
        whole = " ".join(f"{number} {secret}" for number in range(120) for secret in self.secrets)
        said.append(Turn(path="chat", n=len(said) + 1, kind=TurnKind.TEXT, agent="ada", text=whole))
        await journal.commit(Batch(turns=tuple(said)))
        raise RunFailedError(f"cannot go on with {self.secrets[0]}")


def say_in_pieces(preview: Preview, path: str, text: str) -> None:
    """Say something as models do, in pieces of two or three characters."""
    for at in range(0, len(text), 3):
        preview.delta(path, "ada", text[at : at + 3])


def turns(told: str, n: int) -> list[Turn]:
    """Return one turn of each kind in which this is told."""
    file = Attachment(name=f"{told}.txt", media_type="text/plain", data=f"a,b\n{told}\n".encode())
    binary = Attachment(name="x.bin", media_type="application/octet-stream", data=b"\xff\x00" + told.encode() + b"\xff")
    code = Turn(path="chat", n=n + 1, kind=TurnKind.CODE, agent="box", text=told, title="python", source=told)
    inner = Turn(path="chat/inner", n=1, kind=TurnKind.TEXT, agent="bo", text=f"inside: {told}", files=(file,))
    return [
        Turn(path="chat", n=n, kind=TurnKind.TEXT, agent="ada", text=f"it is **{told}** and `{told}`"),
        replace(code, files=(file, binary)),
        Turn(path="chat", n=n + 2, kind=TurnKind.TOOL, agent="ada", text=told, title="send", source=told, ok=False),
        Turn(path="chat", n=n + 3, kind=TurnKind.NESTED, agent="ada", text=told, folded=(inner,)),
    ]
