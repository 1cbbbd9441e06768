"""The English sentences of Discord."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "discord_command_ask": "ask",
    "discord_command_ask_does": "Ask a team; the answer is a thread",
    "discord_command_teams": "teams",
    "discord_command_teams_does": "List the teams",
    "discord_command_status": "status",
    "discord_command_status_does": "List your conversations",
    "discord_command_stop": "stop",
    "discord_command_stop_does": "Stop the run of this thread, or your runs in this channel",
    "discord_command_mute": "mute",
    "discord_command_mute_does": "Silence the bot here until it is mentioned again",
    "discord_command_default": "default",
    "discord_command_default_does": "Show or set the team of new conversations",
    "discord_command_help": "help",
    "discord_command_help_does": "Say what can be done here",
    "discord_command_models": "models",
    "discord_command_models_does": "Say how the model hosts are",
    "discord_command_pull": "pull",
    "discord_command_pull_does": "Have a model pulled by the model hosts, for operators",
    "discord_option_model": "model",
    "discord_option_model_does": "The model's name, such as qwen2:7b",
    "discord_command_run_here": "Run a team on this",
    "discord_option_prompt": "prompt",
    "discord_option_prompt_does": "What the team is to do",
    "discord_option_team": "team",
    "discord_option_team_does": "Which team; without one, the default",
    "discord_option_file": "file",
    "discord_option_file_does": "A file that the team can read",
    "discord_option_default_does": "The team that new conversations in this channel get",
    "discord_option_everywhere": "everywhere",
    "discord_option_everywhere_does": "For the whole server, not only this channel",
    "discord_not_recorded": "This could not be recorded just now. Try it again in a moment.",
    "discord_costs_view_channel": "the bot sees no channel",
    "discord_costs_send_messages": "the bot cannot say anything",
    "discord_costs_send_messages_in_threads": "the bot cannot say anything in threads",
    "discord_costs_create_public_threads": "mentions and /ask cannot open a thread",
    "discord_costs_read_message_history": "what was said before, or while the bot was away, is not read",
    "discord_costs_attach_files": (
        "files that code wrote, and texts too long for messages, are not shown; "
        "code too long for a card cannot be approved"
    ),
    "discord_costs_add_reactions": "messages that are kept for later are not marked as seen",
    "discord_costs_manage_webhooks": "agents speak under the bot's name, with their own in bold",
    "discord_gone_place": "the thread, or its channel, was deleted",
    "discord_gone_access": "the bot is not in the server any more, or may not see the channel",
    "discord_gone_permission": 'the bot lacks the permission "{permission}" there',
    "discord_gone_locked": "the thread was locked",
    "discord_gone_archived": "the thread was closed, and the bot may not open it again",
    "discord_gone_direct": "the person takes no direct messages from the bot",
    "discord_gone_token": "Discord does not accept the bot's token any more",
    "discord_told_directly": "This was meant for the thread of {when} in {channel}, where it cannot be shown any more:",
    "discord_files_left_out": "Discord did not take these files here, so they are not shown: {names}",
    "discord_writing": "Still writing",
    "discord_waiting": "Waiting",
    "discord_attached": (
        "It holds signs that end code in a message, so it is not shown here: {count} characters in {lines} lines. "
        "All of it is in the file `{name}`, sha256 `{sha256}`."
    ),
    "discord_attached_begins": (
        "It holds signs that end code in a message, so it is not shown here: {count} characters in {lines} lines. "
        "All of it is in the file `{name}`, sha256 `{sha256}`. It begins:"
    ),
    "discord_file_too_large": "{name} is not shown: it has {size} MB, and Discord takes {most} MB.",
    "discord_file_empty": "{name} is empty.",
    "discord_no_thread": "No thread can be opened here, so nothing was begun: {reason}.",
    "discord_refused_kind": "Discord does not allow it in this kind of channel",
    "discord_refused_threads": "the server has as many open threads as Discord allows",
    "discord_refused_code": "Discord refuses it with the code {code}",
    "discord_listed_none": (
        "There are no conversations yet. Mention the bot in a channel, use /ask, or write to it directly."
    ),
    "discord_ask_empty": "Write what the team is to do.",
    "discord_ask_in_direct": "The bot is not a member here, so it answers in your direct messages: {link}",
    "discord_no_direct": (
        "The bot may not write to you directly, and here it is no member. Allow direct messages, or use a "
        "server that has the bot."
    ),
    "discord_run_on_begun": "The team works in the thread of this message.",
    "discord_run_on_unreadable": (
        "The bot cannot read that message. It needs the permissions View Channel and Read Message History there."
    ),
    "discord_run_on_not_yours": "You may not read the message history of this channel, so it is not read for you.",
    "discord_default_set_all": "New conversations of this server get the team `{team}`, unless the channel has one.",
    "discord_default_denied": "Only who manages this channel or this server can set its team.",
    "discord_default_denied_all": "Only who manages this server can set its team.",
    "discord_help": (
        "Mention the bot in a channel and a thread is opened for the conversation; in a thread, in a forum's post or "
        "in direct messages it goes on right there. Replies answer the agents, without a mention. `@bot coder: TEXT` "
        "picks a team. `@bot stop` in a thread ends its run, `@bot mute` silences the bot there.\n"
        "`/ask` begins a run in a thread of its own, with a team and files if you like. The menu of any message has "
        "`Run a team on this` under Apps.\n"
        "`/teams` lists the teams. `/status` lists your conversations.\n"
        "`/models` says how the model hosts are. `/pull` has a model pulled, for operators.\n"
        "`/stop` and `/mute` act on the thread they are used in; in a channel, on your threads there.\n"
        "`/forget` deletes the conversations that you began there.\n"
        "`/default` says which team this channel has, and sets it."
    ),
}
