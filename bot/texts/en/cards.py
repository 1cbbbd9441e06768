"""The English sentences about what an approval's card shows beside the bytes that would run."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "card_box": "at most {limits}, no network",
    "card_seconds": "{count} s",
    "card_memory": "{size} memory",
    "card_files": "files: {names}",
    "card_join": ", ",
    "card_more": "{count} more",
    "card_proposed": "proposed: sha256 {digest}",
    "card_mixed": "Holds letters of several alphabets in one word: {words}",
    "card_attached": "All of it is in the file `{name}`, sha256 `{sha256}`.",
    "card_attached_begins": "All of it is in the file `{name}`, sha256 `{sha256}`. It begins:",
    "card_unseen": "Neither shown nor attached, sha256 `{sha256}`. Nobody can approve what nobody can see.",
    "card_unseen_begins": (
        "Neither shown whole nor attached, sha256 `{sha256}`. Nobody can approve what nobody can see. It begins:"
    ),
    "card_covers_run_code": "Approving covers all code of this run, also what is written later.",
    "card_covers_run_tool": "Approving covers all calls of this tool in this run, whatever their arguments.",
    "card_covers_same": "Approving covers exactly the same again in this run.",
    "card_starter_decides": "Only who started the run may decide.",
    "card_who_decides": "Who may decide: {who}.",
    "card_who_decides_others": "Who may decide: {who}; not who started the run.",
    "card_who_decides_named": "Who may decide: {who}; of these only {named}.",
    "card_who_decides_named_others": "Who may decide: {who}; of these only {named}, and not who started the run.",
    "card_starter": "who started the run",
    "card_everyone": "members of the workspace",
    "card_guests": "guests",
    "card_externals": "people of other organisations",
    "card_nobody": "nobody",
    "card_open_until": "Open until {when}. {who}",
    "card_form_hidden": (
        "This holds characters that nobody sees: {chars}. Nothing was decided. Remove them, or write them in that way."
    ),
}
