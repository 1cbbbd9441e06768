"""The English sentences."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "demo_model": "demo model",
    "speaker_fallback": "No agent was named as the next speaker; {agent} goes next, in turn.",
    "history_trimmed": "The history no longer fits the model's context: the oldest messages were left out.",
    "interrupted": "interrupted by a restart; it may have run partly",
    "stopped_empty": "{agent} said nothing any more, so the chat was ended.",
    "stopped_courtesy": "Only courtesies were exchanged any more, so the chat was ended.",
    "stopped_repeats": "{agent} repeated itself, so the chat was ended.",
    "ask_text": "{agent} waits for your answer. `exit` ends this chat.",
    "ask_text_code": "{agent} waits for your answer. An empty answer runs the code; `exit` ends this chat.",
    "ask_text_tools": "{agent} waits for your answer. An empty answer runs the tools; `exit` ends this chat.",
    "ask_text_model": "{agent} waits for your answer. With an empty answer the model replies; `exit` ends this chat.",
    "ask_text_end": "{agent} waits for your answer. An empty answer or `exit` ends this chat.",
    "ask_choice": "{agent} waits for your choice: a number from 1 to {count}, or the option's words.",
    "ask_code": (
        "{agent} wants to run this code. `approve` runs it, `reject REASON` does not; any other text is feedback."
    ),
    "ask_tool": "{agent} wants to run this. `approve` runs it, `reject REASON` does not.",
    "ask_items": (
        "{agent} wants to run {count} things. Decide each: `approve 1`, `reject 2 REASON`; "
        "`approve` or `reject` without a number decides the rest."
    ),
    "decided_some": "{decided} of {count} decided. The rest is open.",
    "closed_answered": "Answered by {name}.",
    "closed_approved": "Approved by {name}.",
    "closed_rejected": "Rejected by {name}.",
    "closed_mixed": "Decided by {name}: {approved} approved, {rejected} rejected.",
    "closed_feedback": "Not run: {name} gave feedback instead.",
    "closed_expired": "Expired: nobody answered in time.",
    "closed_cancelled": "Cancelled.",
    "expired_reason": "nobody decided in time",
    "kept_used": "What was said meanwhile answers {agent}.",
    "empty_says_nothing": (
        "There is nothing that an empty answer could set off. Write an answer, or `exit` to end this chat."
    ),
    "empty_message": "An empty message says nothing here. Write what the team is to do.",
    "exit_without_run": "Nothing is running here, so there is nothing to exit.",
    "choose_how": "That is none of the options. Answer with a number from 1 to {count}, or the option's words.",
    "approve_how": "That does not decide it. Write `approve` or `reject REASON`.",
    "approve_how_items": (
        "That does not decide it. Write `approve` or `reject REASON`, for one of several with its number: "
        "`approve 1`, `reject 2 REASON`."
    ),
    "approve_how_kept": (
        "That does not decide it: write `approve` or `reject REASON`. Your words are kept for the next question."
    ),
    "already_decided": "That is decided already.",
    "which_question": "{count} questions are open. Reply to the one that you mean, or use its buttons: {questions}.",
    "too_late": "This question is closed already.",
    "too_late_by": "This question is closed already: {name} answered first.",
    "too_late_expired": "This question has expired.",
    "not_allowed": "This question is for somebody else to answer.",
    "nothing_to_stop": "Nothing is running here.",
    "unknown_team": "There is no team {team}. Teams: {known}.",
    "wrong_team": "The team {team} cannot be used: {error}. Teams: {known}.",
    "run_completed": "The run is completed.",
    "run_completed_because": "The run is completed: {reason}",
    "run_failed": "The run failed: {reason}",
    "run_cancelled": "The run was ended: {reason}",
    "stopped_by": "stopped by {name}",
    "nobody_answered": "nobody answered {agent} in time",
    "turn_limit": (
        "it has had {count} answers, which is the limit of one run. "
        "The next message starts a new run that knows this one"
    ),
    "gave_up": "{attempts} attempts failed, the last with: {error}",
    "waits_for_nothing": "the team waits, but asked nothing",
    "console_ran": "ran {title}",
    "console_ran_failed": "ran {title}, which failed",
    "console_called": "called {title}({source})",
    "console_called_failed": "called {title}({source}), which failed",
    "console_file": "file: {name} ({size} bytes)",
    "console_folded": "{count} turns are folded here; `threadfast runs ID` shows them.",
    "console_item_code": "code, {title}",
    "console_item_tool": "tool, {title}",
    "console_choice_1": "approve",
    "console_choice_2": "reject",
    "console_choice_3": "reject and say why: `3 REASON`",
    "console_help": (
        "Write what the team is to do, or the answer to its question.\n"
        "/stop ends the run, /teams lists the teams, /help shows this.\n"
        "Ctrl-C stops the run, Ctrl-D leaves; the conversation is saved."
    ),
    "console_unknown": "There is no command {text}. Commands: /stop, /teams, /help.",
    "console_saved": "The conversation is saved. Continue it with: threadfast chat --thread {thread}",
    "console_saved_working": "The run is not finished; it goes on where it was when the conversation is continued.",
    "console_left_over": "Answers that no question asked for: {answers}",
    "console_kept": "Kept: it answers the next question, or starts the next run.",
    "console_answered": "{question} > {answer}",
    "console_welcome": "Team {team}, thread {thread}. /help shows what can be done here.",
    "console_continued": "thread {thread}, continued",
    "console_you": "you",
    "console_to": "answer to {agent}",
    "console_no_words": "Nothing was said, so nothing was started.",
    "run_capped": "This run has reached its limit of human turns. The next message starts a new run with this history.",
    "stage_fetching": "fetching the embedded model, {percent} %",
    "stage_loading": "loading the embedded model",
}
