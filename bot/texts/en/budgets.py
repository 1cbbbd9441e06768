"""The English sentences for what is used up: what it is, whose, and until when."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "over_person_runs_at_once": (
        "{name} has {used:,} runs at work, and one person may have {limit:,} at once. "
        "The next can start when one of them ends or waits for an answer."
    ),
    "over_channel_runs_at_once": (
        "This channel has {used:,} runs at work, and a channel may have {limit:,} at once. "
        "The next can start when one of them ends or waits for an answer."
    ),
    "over_team_runs_at_once": (
        "The team {team} has {used:,} runs at work, and a team may have {limit:,} at once. "
        "The next can start when one of them ends or waits for an answer."
    ),
    "over_person_runs_a_day": (
        "{name} has started {used:,} runs today, and one person may start {limit:,} a day. "
        "The next can start from {until} on."
    ),
    "over_channel_runs_a_day": (
        "{used:,} runs were started in this channel today, and a channel may have {limit:,} a day. "
        "The next can start from {until} on."
    ),
    "over_team_runs_a_day": (
        "{used:,} runs of the team {team} were started today, and a team may have {limit:,} a day. "
        "The next can start from {until} on."
    ),
    "over_person_tokens_a_day": (
        "{name}'s runs have used {used:,} model tokens today, and one person may use {limit:,} a day. "
        "The next run can start from {until} on."
    ),
    "over_channel_tokens_a_day": (
        "This channel's runs have used {used:,} model tokens today, and a channel may use {limit:,} a day. "
        "The next run can start from {until} on."
    ),
    "over_team_tokens_a_day": (
        "The runs of the team {team} have used {used:,} model tokens today, and a team may use {limit:,} a day. "
        "The next run can start from {until} on."
    ),
    "spent_person_tokens": (
        "{name}'s runs have used {used:,} model tokens today, and one person may use {limit:,} a day. "
        "From {until} on, a message starts a new run that knows this one"
    ),
    "spent_channel_tokens": (
        "this channel's runs have used {used:,} model tokens today, and a channel may use {limit:,} a day. "
        "From {until} on, a message starts a new run that knows this one"
    ),
    "spent_team_tokens": (
        "the runs of the team {team} have used {used:,} model tokens today, and a team may use {limit:,} a day. "
        "From {until} on, a message starts a new run that knows this one"
    ),
    "spent_turns": (
        "it has had {used:,} turns, and a run may have {limit:,}. The next message starts a new run that knows this one"
    ),
    "spent_minutes": (
        "it has worked for {limit:,} minutes, and a run may not work longer. "
        "The next message starts a new run that knows this one"
    ),
}
