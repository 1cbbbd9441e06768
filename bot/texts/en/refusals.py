"""The English sentences for those who may not do something, and for words that decide nothing."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "denied_start": "You may not start a run here. Who may: {who}.",
    "denied_answer": "You may not answer here. Who may: {who}.",
    "denied_approve": "You may not decide this. Who may: {who}.",
    "denied_four_eyes": "You started this run, so somebody else decides what it runs. Who may: {who}.",
    "denied_stop": "You may not stop a run or silence the bot here. Who may: {who}.",
    "denied_default": "You may not set the team here, for you may not start a run of it here.",
    "denied_kept": "What was said meanwhile by {names} starts no run: who said it may not start one here.",
    "kept_again": (
        "What was said meanwhile by {names} was kept too long to be used. Whom a group or role lets in says it again."
    ),
    "choose_unsent": "That was said before this choice was shown here. Look at it, and choose then.",
    "change_broken": (
        "The changed text holds half a character, which nothing can run. Write what is to run, or reject it."
    ),
    "change_four_eyes": (
        "Here two people decide, so what is shown is approved or rejected as it is. Reject it and say what to change."
    ),
    "approve_quoted": (
        "Words that are quoted or forwarded decide nothing. Write `approve` or `reject REASON` as a message of its own."
    ),
    "approve_quoted_kept": (
        "Words that are quoted or forwarded decide nothing: write `approve` or `reject REASON`. "
        "Your message is kept for the next question."
    ),
    "approve_changed": (
        "A message that was changed decides nothing. Write `approve` or `reject REASON` as a new message."
    ),
    "who_starter": "who started the run",
    "who_everyone": "members of the workspace, without guests and other organisations",
    "who_guests": "guests",
    "who_externals": "people of other organisations",
    "who_people": "people whom the settings name ({count})",
    "who_groups": "members of groups or roles that the settings name ({count})",
    "who_nobody": "nobody",
    "who_join": ", ",
}
