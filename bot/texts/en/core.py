"""The English sentences of the core: whatever platform shows them."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "demo_model": "demo model",
    "speaker_fallback": "No agent was named as the next speaker; {agent} goes next, in turn.",
    "history_trimmed": "The history no longer fits the model's context: the oldest messages were left out.",
    "stopped_empty": "{agent} said nothing any more, so the chat was ended.",
    "stopped_courtesy": "Only courtesies were exchanged any more, so the chat was ended.",
    "stopped_repeats": "{agent} repeated itself, so the chat was ended.",
    "stopped_echo": "{agent} only repeated what it was told, so the chat was ended.",
    "ask_text": "{agent} waits for your answer. `exit` ends this chat.",
    "ask_text_code": "{agent} waits for your answer. An empty answer runs the code; `exit` ends this chat.",
    "ask_text_tools": "{agent} waits for your answer. An empty answer runs the tools; `exit` ends this chat.",
    "ask_text_model": "{agent} waits for your answer. With an empty answer the model replies; `exit` ends this chat.",
    "ask_text_end": "{agent} waits for your answer. An empty answer or `exit` ends this chat.",
    "ask_next_speaker": "Who speaks next? Answer with a number from 1 to {count}, or the name.",
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
    "closed_ended": "{name} ended this chat.",
    "closed_ran_code": "{name} answered: run the code.",
    "closed_ran_tools": "{name} answered: run the tools.",
    "closed_model_replies": "{name} answered: let the model reply.",
    "closed_approved": "Approved by {name}.",
    "closed_edited": "Edited and approved by {name}.",
    "closed_rejected": "Rejected by {name}.",
    "closed_mixed": "Decided by {name}: {approved} approved, {rejected} rejected.",
    "closed_mixed_edited": "Decided by {name}: {approved} approved ({edited} edited), {rejected} rejected.",
    "closed_feedback": "Not run: {name} gave feedback instead.",
    "closed_exit": "Not run: {name} ended this chat.",
    "closed_expired": "Expired: nobody answered in time.",
    "closed_cancelled": "Cancelled.",
    "expired_reason": "nobody decided in time",
    "kept_used": "What was said meanwhile answers {agent}.",
    "empty_says_nothing": (
        "An empty answer has nothing to go on with here. Write an answer, or `exit` to end this chat."
    ),
    "empty_decides_nothing": (
        "That message has no words or files that can be read, so it answers nothing. Write an answer, or press the "
        "question's button to let the team go on without one."
    ),
    "empty_message": "An empty message says nothing here. Write what the team is to do.",
    "stop_too_late": "The run that this card belongs to is over, so nothing was stopped.",
    "exit_without_run": "Nothing is running here, so there is nothing to exit.",
    "choose_how": "That is none of the options. Answer with a number from 1 to {count}, or the option's words.",
    "approve_how": "That does not decide it. Write `approve` or `reject REASON`.",
    "change_empty": "The changed text is empty, so there is nothing to run. Write what is to run, or reject it.",
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
    "approve_unseen": (
        "This could not be shown whole, so nobody can approve it (number {items}). Write `reject REASON` and say what "
        "to do instead, or `exit`."
    ),
    "approve_unsent": (
        "That was said before what waits for approval was shown here. Look at it when it is, and approve it then."
    ),
    "already_decided": "That is decided already.",
    "which_question": "{count} questions are open. Reply to the one that you mean, or use its buttons: {questions}.",
    "too_late": "This question is closed already.",
    "too_late_by": "This question is closed already: {name} answered first.",
    "too_late_expired": "This question has expired.",
    "not_allowed": "This question is for somebody else to answer.",
    "not_allowed_bot": "Only a person decides this; what a bot says decides nothing.",
    "muted": "From here on I read only what names me in this thread.",
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
    "thread_gone": "nothing can be shown in its thread any more",
    "question_not_shown": "{agent}'s question cannot be shown here: {error}",
    "turn_not_shown": "What {agent} said or did could not be shown here: {error}",
    "model_unreachable": "The model server at {host} cannot be reached ({reason}). Is it running?",
    "models_ollama": "Ollama {version} at {url} has {models}",
    "models_server": "the model server at {url} has {models}",
    "models_none": "no models",
    "models_missing": "the model {model} is not on {url}",
    "models_file": "demo model from {path}",
    "models_embedded": "no Ollama found: the embedded demo model {model} answers",
    "models_embedded_first": "no Ollama found: the embedded demo model {model} is fetched at its first use",
    "models_unknown": "The state of the models is not known: {error}",
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
    "ended_without_reply": "nobody had anything more to say",
    "ended_without_speaker": "no agent was to speak next",
}
