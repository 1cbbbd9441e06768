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
    "empty_message": "An empty message says nothing here. Write what the team is to do.",
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
    "slack_ran": "Ran `{title}`:",
    "slack_ran_failed": "Ran `{title}`, which failed:",
    "slack_called": "Called `{title}`:",
    "slack_called_failed": "Called `{title}`, which failed:",
    "slack_no_output": "No output.",
    "slack_cut": "(cut off at the token limit)",
    "slack_folded": "{count} turns of an inner chat are in the file {name}.",
    "slack_in_file": "All of it, {count} characters, is in the file {name}.",
    "slack_item_code": "Code, {title}",
    "slack_item_tool": "Tool, {title}",
    "slack_nothing": "(nothing)",
    "slack_attached": (
        "Too long to show here: {count} characters in {lines} lines. "
        "All of it is in the file `{name}`, sha256 `{sha256}`."
    ),
    "slack_attached_begins": (
        "Too long to show here: {count} characters in {lines} lines. "
        "All of it is in the file `{name}`, sha256 `{sha256}`. It begins:"
    ),
    "slack_attached_items": (
        "{count} things, too many to show here. All of them are in the file `{name}`, sha256 `{sha256}`."
    ),
    "slack_options_in_file": "The {count} options are in the file {name}.",
    "slack_approved": "Approved.",
    "slack_approved_changed": "Approved with changes. This runs instead:",
    "slack_rejected": "Rejected.",
    "slack_rejected_why": "Rejected: {reason}",
    "slack_open_until": "Open until {when}",
    "slack_approve": "Approve",
    "slack_reject": "Reject",
    "slack_edit": "Edit",
    "slack_approve_all": "Approve all",
    "slack_approve_rest": "Approve the rest",
    "slack_reject_all": "Reject all",
    "slack_reject_rest": "Reject the rest",
    "slack_stop": "Stop the run",
    "slack_exit": "End this chat",
    "slack_choose": "Choose",
    "slack_empty_code": "Run the code",
    "slack_empty_tools": "Run the tools",
    "slack_empty_model": "Let the model reply",
    "slack_empty_end": "End this chat",
    "slack_form_run": "Run a team on this",
    "slack_form_run_send": "Run",
    "slack_form_cancel": "Cancel",
    "slack_form_team": "Team",
    "slack_form_instructions": "What the team is to do with the message",
    "slack_form_message": "The message:",
    "slack_form_reject": "Reject",
    "slack_form_reason": "Why not? The agents read it.",
    "slack_form_edit": "Edit and run",
    "slack_form_edit_send": "Run this",
    "slack_form_code": "This runs instead, exactly as it stands here",
    "slack_form_no_code": "Write the code that is to run, or cancel and reject it.",
    "slack_form_no_team": "Choose a team.",
    "slack_home": "Conversations",
    "slack_home_waiting": "Waiting for you",
    "slack_home_others": "Your conversations",
    "slack_home_none": "There are no conversations yet. Mention the bot in a channel, or write to it here.",
    "slack_home_models": "Models",
    "slack_home_open": "Open",
    "slack_home_untitled": "(no words)",
    "slack_home_line": "{team}, {status}",
    "slack_home_line_at": "{team}, {status}, begun {when}",
    "slack_home_more": "{count} more are not shown.",
    "slack_status_new": "no run yet",
    "slack_status_working": "working",
    "slack_status_input_required": "waits for an answer",
    "slack_status_completed": "completed",
    "slack_status_failed": "failed",
    "slack_status_cancelled": "ended",
    "slack_costs_app_mentions_read": "mentions of the bot start nothing",
    "slack_costs_channels_history": "in public channels, replies are not heard and earlier messages not read",
    "slack_costs_groups_history": "in private channels, replies are not heard and earlier messages not read",
    "slack_costs_im_history": "direct messages are not heard",
    "slack_costs_mpim_history": "in group messages, replies are not heard and earlier messages not read",
    "slack_costs_chat_write": "the bot cannot say anything",
    "slack_costs_chat_write_customize": "agents speak under the bot's name, with their own in bold",
    "slack_costs_assistant_write": "no agent view: no suggested prompts, no status, no stop button of Slack's",
    "slack_costs_commands": "neither the slash command nor the shortcut of messages is there",
    "slack_costs_users_read": "people are called by their ids, their languages and who is an admin are not known",
    "slack_costs_im_write": "nobody is told by direct message that their thread is gone",
    "slack_costs_channels_read": "who made a public channel is not known, so only admins set its default team",
    "slack_costs_groups_read": "who made a private channel is not known, so only admins set its default team",
    "slack_costs_im_read": "direct messages cannot be looked up by their ids",
    "slack_costs_mpim_read": "group messages cannot be looked up by their ids",
    "slack_costs_files_read": "files that people attach are not read",
    "slack_costs_files_write": "files that code wrote, and texts too long for messages, are not shown",
    "slack_costs_reactions_write": "messages that are kept for later are not marked as seen",
    "slack_manifest_description": "Talk it out with a team of agents in a thread.",
    "slack_manifest_agent": "A team of agents works in your thread and asks you when it needs you.",
    "slack_manifest_command": "Ask a team, and look after its runs",
    "slack_manifest_shortcut": "Run a team on this",
    "slack_manifest_shortcut_does": "Begin a run in this message's thread",
    "slack_manifest_prompt_1": "Explain something",
    "slack_manifest_prompt_1_says": "Explain in five sentences how public-key encryption works.",
    "slack_manifest_prompt_2": "Write and run a program",
    "slack_manifest_prompt_2_says": "coder: write a Python program that prints the prime numbers up to 30, and run it",
    "slack_manifest_prompt_3": "Weigh a decision",
    "slack_manifest_prompt_3_says": "panel: which database fits a team of five? Ask me what you need to know.",
    "slack_gone_channel": "the channel is gone, or the bot may not see it any more",
    "slack_gone_archived": "the channel was archived",
    "slack_gone_kicked": "the bot is not in the channel any more",
    "slack_gone_denied": "the workspace does not let the bot write there",
    "slack_gone_thread": "the thread was deleted or locked",
    "slack_gone_token": "Slack does not accept the bot's token any more",
    "slack_told_directly": "This was meant for the thread of {when} in {channel}, where it cannot be shown any more:",
    "slack_unshown_1": "What {agent} said last was shown nowhere else:",
    "slack_unshown": "{count} messages of the run were shown nowhere else. The last one, by {agent}:",
    "slack_gone_uninstalled": "the bot is not installed in the workspace any more",
    "slack_gone_sealed": "the workspace's token can no longer be opened, because the secret key was changed",
    "slack_file_too_many": "{name} was not read: at most 10 files with 20 MB together are read of one message.",
    "slack_file_too_large": "{name} was not read: it is larger than 10 MB, or than what is left of 20 MB.",
    "slack_file_gone": "{name} was not read: it was deleted.",
    "slack_file_external": "{name} was not read: it lies outside of Slack. Attach the file itself.",
    "slack_file_no_access": "{name} was not read: Slack does not let the bot see it.",
    "slack_file_failed": "{name} was not read: Slack did not deliver it. Attach it again.",
    "slack_given_up": "This could not be handled, and nothing came of it. Try it again; the bot's log says more.",
    "slack_muted_here": "Silent in {count} of your threads in this channel. A mention there wakes the bot.",
    "slack_nothing_to_mute": "You have no conversation in this channel that could be muted.",
    "slack_stopped": "Runs stopped: {count}.",
    "slack_nothing_to_stop": "None of your runs is open in this channel.",
    "slack_stop_others": (
        "Runs of others that wait for you here, and go on: {count}. To stop one, write `stop` to the bot in its thread."
    ),
    "slack_bot_loop": "{name} is another bot and says too much too fast, so it is not listened to for a while.",
    "slack_card_stale": "This card is not about what waits now. Nothing was decided; use the thread's newest card.",
    "slack_form_late": "Slack did not open the form in time. Press again.",
    "slack_edit_too_long": "This code is too long to be edited here. Reject it and write what is to change.",
    "slack_run_here_unreadable": "The bot cannot read that message. Invite it to the channel, then try again.",
    "slack_asks": "asks:",
    "slack_ask_empty": "Write what the team is to do: `ask TEXT`, or `ask --team TEAM TEXT`.",
    "slack_not_here": "The bot cannot write here. Invite it to this channel with `/invite`, then ask again.",
    "slack_teams": "Teams:",
    "slack_teams_line": "`{team}`: {description}",
    "slack_teams_default": "`{team}` (the default here): {description}",
    "slack_status": "Your conversations",
    "slack_unknown": "There is no command `{words}`.",
    "slack_help": (
        "Mention the bot in a channel, or write to it directly, and the thread is the conversation: replies answer the "
        "agents. `@bot coder: TEXT` picks a team. `@bot stop` in a thread ends its run, `@bot mute` silences "
        "the bot there. The menu of any message has the shortcut `Run a team on this`.\n"
        "`{command} ask TEXT` begins a run in this channel; `ask --team TEAM TEXT` with that team.\n"
        "`{command} teams` lists the teams. `{command} status` lists your conversations.\n"
        "`{command} stop` stops your runs in this channel. `{command} mute` silences the bot in your threads here.\n"
        "`{command} default TEAM` sets this channel's team, `default --workspace TEAM` the workspace's."
    ),
    "slack_default_is": "Conversations in this channel get the team `{team}`.",
    "slack_default_set": "New conversations in this channel get the team `{team}`.",
    "slack_default_set_all": "New conversations of the workspace get the team `{team}`, unless the channel has one.",
    "slack_default_denied": "Only who made this channel, or an administrator of the workspace, can set its team.",
    "slack_default_denied_all": "Only an administrator of the workspace can set its team.",
}
