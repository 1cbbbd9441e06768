"""The English sentences of all chat platforms."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "chat_file_too_many": "{name} was not read: at most 10 files with 20 MB together are read of one message.",
    "chat_file_too_large": "{name} was not read: it is larger than 10 MB, or than what is left of 20 MB.",
    "chat_file_gone": "{name} was not read: it was deleted.",
    "chat_file_no_access": "{name} was not read: the bot may not see it.",
    "chat_file_failed": "{name} was not read: it could not be downloaded. Attach it again.",
    "chat_given_up": "This could not be handled, and nothing came of it. Try it again; the bot's log says more.",
    "chat_muted_here": "Silent in {count} of your threads in this channel. A mention there wakes the bot.",
    "chat_nothing_to_mute": "You have no conversation in this channel that could be muted.",
    "chat_stopped": "Runs stopped: {count}.",
    "chat_nothing_to_stop": "None of your runs is open in this channel.",
    "chat_stop_others": (
        "Runs of others that wait for you here, and go on: {count}. To stop one, write `stop` to the bot in its thread."
    ),
    "chat_bot_loop": "{name} is another bot and says too much too fast, so it is not listened to for a while.",
    "chat_card_stale": "This card is not about what waits now. Nothing was decided; use the thread's newest card.",
    "chat_form_late": "The form was not opened in time. Press again.",
    "chat_edit_too_long": "This code is too long to be edited here. Reject it and write what is to change.",
    "chat_teams": "Teams:",
    "chat_teams_line": "`{team}`: {description}",
    "chat_teams_default": "`{team}` (the default here): {description}",
    "chat_default_is": "Conversations in this channel get the team `{team}`.",
    "chat_default_set": "New conversations in this channel get the team `{team}`.",
    "chat_listed_waiting": "Waiting for you",
    "chat_listed_others": "Your conversations",
    "chat_listed_none": "There are no conversations yet. Mention the bot in a channel, or write to it here.",
    "chat_listed_models": "Models",
    "chat_listed_untitled": "(no words)",
    "chat_listed_line": "{team}, {status}",
    "chat_listed_line_at": "{team}, {status}, begun {when}",
    "chat_listed_more": "{count} more are not shown.",
    "chat_status_new": "no run yet",
    "chat_status_working": "working",
    "chat_status_input_required": "waits for an answer",
    "chat_status_completed": "completed",
    "chat_status_failed": "failed",
    "chat_status_cancelled": "ended",
    "chat_conversations": "Your conversations",
    "chat_ran": "Ran `{title}`:",
    "chat_ran_failed": "Ran `{title}`, which failed:",
    "chat_called": "Called `{title}`:",
    "chat_called_failed": "Called `{title}`, which failed:",
    "chat_no_output": "No output.",
    "chat_cut": "(cut off at the token limit)",
    "chat_folded": "{count} turns of an inner chat are in the file {name}.",
    "chat_in_file": "All of it, {count} characters, is in the file {name}.",
    "chat_item_code": "Code, {title}",
    "chat_item_tool": "Tool, {title}",
    "chat_nothing": "(nothing)",
    "chat_attached": (
        "Too long to show here: {count} characters in {lines} lines. "
        "All of it is in the file `{name}`, sha256 `{sha256}`."
    ),
    "chat_attached_begins": (
        "Too long to show here: {count} characters in {lines} lines. "
        "All of it is in the file `{name}`, sha256 `{sha256}`. It begins:"
    ),
    "chat_attached_items": (
        "{count} things, too many to show here. All of them are in the file `{name}`, sha256 `{sha256}`."
    ),
    "chat_unseen": (
        "All of it, {count} characters in {lines} lines with the sha256 `{sha256}`, could neither be shown here nor "
        "attached. Nobody can approve what nobody can see."
    ),
    "chat_unseen_begins": (
        "All of it, {count} characters in {lines} lines with the sha256 `{sha256}`, could neither be shown here nor "
        "attached. Nobody can approve what nobody can see. It begins:"
    ),
    "chat_unseen_items": (
        "{count} things, too many to show here; and the file that holds them could not be attached. "
        "Nobody can approve what nobody can see."
    ),
    "chat_options_in_file": "The {count} options are in the file {name}.",
    "chat_approved": "Approved.",
    "chat_approved_changed": "Approved with changes. This runs instead:",
    "chat_rejected": "Rejected.",
    "chat_rejected_why": "Rejected: {reason}",
    "chat_open_until": "Open until {when}",
    "chat_approve": "Approve",
    "chat_reject": "Reject",
    "chat_edit": "Edit",
    "chat_approve_all": "Approve all",
    "chat_approve_rest": "Approve the rest",
    "chat_reject_all": "Reject all",
    "chat_reject_rest": "Reject the rest",
    "chat_stop": "Stop the run",
    "chat_exit": "End this chat",
    "chat_choose": "Choose",
    "chat_empty_code": "Run the code",
    "chat_empty_tools": "Run the tools",
    "chat_empty_model": "Let the model reply",
    "chat_empty_end": "End this chat",
    "chat_ask_code": (
        "{agent} waits for your answer. Press “{button}” to have the code run without one; `exit` ends this chat."
    ),
    "chat_ask_tools": (
        "{agent} waits for your answer. Press “{button}” to have the tools run without one; `exit` ends this chat."
    ),
    "chat_ask_model": (
        "{agent} waits for your answer. Press “{button}” to have the model answer instead; `exit` ends this chat."
    ),
    "chat_ask_end": "{agent} waits for your answer. Press “{button}” or write `exit` to end this chat.",
    "chat_form_run": "Run a team on this",
    "chat_form_team": "Team",
    "chat_form_instructions": "What the team is to do with the message",
    "chat_form_reject": "Reject",
    "chat_form_reason": "Why not? The agents read it.",
    "chat_form_edit": "Edit and run",
    "chat_form_code": "This runs instead, exactly as it stands here",
    "chat_form_no_code": "Write the code that is to run, or cancel and reject it.",
    "chat_form_no_team": "Choose a team.",
    "chat_unshown_1": "What {agent} said last was shown nowhere else:",
    "chat_unshown": "{count} messages of the run were shown nowhere else. The last one, by {agent}:",
    "chat_asks": "asks:",
}
