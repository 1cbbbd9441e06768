"""The English sentences of the terminal."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "console_ran": "ran {title}",
    "console_ran_failed": "ran {title}, which failed",
    "console_called": "called {title}({source})",
    "console_called_failed": "called {title}({source}), which failed",
    "console_file": "file: {name} ({size} bytes)",
    "console_files": "The files can be saved: threadfast runs {run} --files FOLDER",
    "console_folded": "{count} turns are folded here; `threadfast runs ID` shows them.",
    "console_item_code": "code, {title}",
    "console_item_tool": "tool, {title}",
    "console_choice_1": "approve",
    "console_choice_2": "reject",
    "console_choice_3": "reject and say why: `3 REASON`",
    "console_no_choice": "There is no choice {text}. Choices: 1, 2, or `3 REASON`.",
    "console_no_reason": "Say why as well: `3 REASON`.",
    "console_cut": "(cut off at the token limit)",
    "console_others": "This process also finishes what was left at work in other threads: {threads}",
    "console_other_team": "The open run goes on with team {open}; the next run gets team {team}.",
    "console_store_full": "The disk is full, so nothing can be recorded. Make room; it then goes on by itself.",
    "console_store_room": "There is room on the disk again, so it goes on.",
    "console_help": (
        "Write what the team is to do, or the answer to its question.\n"
        "/stop ends the run, /teams lists the teams, /models says how the model hosts are, /help shows this.\n"
        "At a question: `exit` ends that chat; an empty line does what the question says of it, if anything.\n"
        "Ctrl-C stops the run, Ctrl-D leaves; the conversation is saved."
    ),
    "console_unknown": "There is no command {text}. Commands: /stop, /teams, /models, /help.",
    "console_saved": "The conversation is saved. Continue it with: {command} --thread {thread}",
    "console_saved_working": "The run is not finished; it goes on where it was when the conversation is continued.",
    "console_left_over": "Answers that no question asked for: {answers}",
    "console_kept": "Kept: it answers the next question, or starts the next run.",
    "console_welcome": "Team {team}, thread {thread}. /help shows what can be done here.",
    "console_continued": "Thread {thread}, continued (team {team}). /help shows what can be done here.",
    "console_you": "you",
    "console_to": "answer to {agent}",
    "console_no_words": "Nothing was said, so nothing was started.",
    "stage_fetching": "fetching the embedded model, {percent} %",
    "stage_loading": "loading the embedded model",
}
