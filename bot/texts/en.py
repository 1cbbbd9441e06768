"""The English sentences."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "demo_model": "demo model",
    "speaker_fallback": "No agent was named as the next speaker; {agent} goes next, in turn.",
    "history_trimmed": "The history no longer fits the model's context: the oldest messages were left out.",
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
        "{agent} wants to run this code. `approve` runs it, `reject REASON` does not, `exit` ends this chat; "
        "any other text is feedback."
    ),
    "ask_tool": "{agent} wants to run this. `approve` runs it, `reject REASON` does not, `exit` ends this chat.",
    "ask_items": (
        "{agent} wants to run {count} things. Decide each: `approve 1`, `reject 2 REASON`; "
        "`approve` or `reject` without a number decides the rest, `exit` ends this chat."
    ),
    "decided_some": "{decided} of {count} decided. The rest is open.",
    "closed_answered": "Answered by {name}.",
    "closed_approved": "Approved by {name}.",
    "closed_rejected": "Rejected by {name}.",
    "closed_mixed": "Decided by {name}: {approved} approved, {rejected} rejected.",
    "closed_feedback": "Not run: {name} gave feedback instead.",
    "closed_exit": "Not run: {name} ended this chat.",
    "closed_expired": "Expired: nobody answered in time.",
    "closed_cancelled": "Cancelled.",
    "expired_reason": "nobody decided in time",
    "kept_used": "What was said meanwhile answers {agent}.",
    "empty_says_nothing": (
        "An empty answer has nothing to go on with here. Write an answer, or `exit` to end this chat."
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
    "approve_how_file": (
        "A file does not decide it: write `approve` or `reject REASON`. Your file is kept for the next question."
    ),
    "choose_how_file": (
        "A file is none of the options: answer with a number from 1 to {count}, or the option's words. "
        "Your file is kept for the next question."
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
    "gave_up_waiting": "it could not go on for {minutes} minutes, in the end because: {error}",
    "gave_up_killed": (
        "the bot's process ended {attempts} times while this run worked, each time before anything was recorded"
    ),
    "waits_for_model": "The run cannot go on now and tries again, for up to {minutes} minutes: {error}",
    "diverged": (
        "the replay asks something else at {key} than it did when the journal was written. "
        "The next message starts a new run that knows this one"
    ),
    "diverged_unasked": (
        "the replay never asks for what the journal holds next. The next message starts a new run that knows this one"
    ),
    "journal_newer": (
        "it was begun by a newer version of Threadfast, so it cannot go on where it stopped. "
        "The next message starts a new run that knows this one"
    ),
    "journal_other_version": (
        "it was begun with autogen {begun}, and {installed} is installed now, so it cannot go on where it stopped. "
        "The next message starts a new run that knows this one"
    ),
    "tool_gone": (
        "its tool {tool} is not installed any more, so it cannot go on where it stopped. "
        "The next message starts a new run that knows this one"
    ),
    "tool_changed": (
        "its tool {tool} has changed since it began, so it cannot go on where it stopped. "
        "The next message starts a new run that knows this one"
    ),
    "cannot_be_kept": (
        "{what} is a {type}, which the journal cannot keep. Use text, numbers, booleans, lists, tuples, sets and "
        "dicts of them, and name agents instead of holding them"
    ),
    "inside_effect": (
        "{agent} works inside {effect}, which could not be resumed. "
        "Register nested chats with register_nested_chats(..., use_async=True) instead"
    ),
    "sync_chat": (
        "{agent} begins a synchronous chat, which would pass the journal by. "
        "Use a_initiate_chat; for nested chats register_nested_chats(..., use_async=True) with a chat_id each"
    ),
    "sync_reply": ("{agent} is asked for a synchronous reply, which would pass the journal by. Use a_generate_reply"),
    "sync_question": "{agent} asks a person synchronously, which would pass the journal by. Use a_get_human_input",
    "sync_tool": (
        "{agent} calls {tool} in the outdated form `function_call`, which would pass approvals and the journal by. "
        "Use a message with tool_calls"
    ),
    "sync_model": (
        "a synchronous model call would pass the journal by and block every other conversation. "
        "Use a_initiate_chat, a_generate_reply, nested chats with use_async=True"
    ),
    "code_without_executor": (
        "{agent} runs code without an executor. Give it one, or switch code off: code_execution_config=False"
    ),
    "chat_apart": "{agent} begins a chat apart from its run, which could not be resumed. Use a_initiate_chat",
    "chance_unrecorded": "random.{name} is not journalled: a run cannot use it",
    "model_cache": "{agent} has a cache, which would show one person's answers to another. Remove the cache",
    "tool_unapprovable": "the tool {tool} was called in a way that nobody can approve. Call it as a tool",
    "waits_for_nothing": "the team waits, but asked nothing",
    "decides_nothing": "Nothing waits for a decision now: `{text}` decides nothing and is not kept.",
    "run_from_kept": "What was said meanwhile starts a new run: {text}",
    "answer_looped": "An answer repeated itself without end; the repetitions were left out.",
    "ended_by_person": "a person ended it",
    "ended_by_word": "the team said that it is done",
    "ended_by_turns": "it has had {count} turns, which is the team's limit",
    "ended_by_rounds": "it has had {count} rounds, which is the team's limit",
    "ended_by_replies": "an agent has replied as often as it may without a person",
    "ended_without_reply": "no agent had a reply",
    "ended_without_speaker": "no agent was to speak next",
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
        "/stop ends the run, /teams lists the teams, /help shows this.\n"
        "At a question: `exit` ends that chat; an empty line does what the question says of it, if anything.\n"
        "Ctrl-C stops the run, Ctrl-D leaves; the conversation is saved."
    ),
    "console_unknown": "There is no command {text}. Commands: /stop, /teams, /help.",
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
