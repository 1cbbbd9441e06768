"""The English sentences of Slack."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "slack_form_run_send": "Run",
    "slack_form_cancel": "Cancel",
    "slack_form_message": "The message:",
    "slack_form_edit_send": "Run this",
    "slack_home": "Conversations",
    "slack_home_open": "Open",
    "slack_costs_app_mentions_read": "mentions of the bot start nothing",
    "slack_costs_channels_history": "in public channels, replies are not heard and earlier messages not read",
    "slack_costs_groups_history": "in private channels, replies are not heard and earlier messages not read",
    "slack_costs_im_history": "direct messages are not heard",
    "slack_costs_mpim_history": "in group messages, replies are not heard and earlier messages not read",
    "slack_costs_chat_write": "the bot cannot say anything",
    "slack_costs_chat_write_customize": "agents speak under the bot's name, with their own in bold",
    "slack_costs_assistant_write": "no agent view: no suggested prompts, no status, no stop button of Slack's",
    "slack_costs_commands": "neither the slash command nor the shortcut of messages is there",
    "slack_costs_users_read": (
        "only those whom the permissions name by their ids may do anything: nobody is known to be no guest; people "
        "are called by their ids, their languages and who is an admin are not known"
    ),
    "slack_costs_usergroups_read": "members of the user groups that the permissions name are not let in",
    "slack_costs_im_write": "nobody is told by direct message that their thread is gone",
    "slack_costs_channels_read": "who made a public channel is not known, so only admins set its default team",
    "slack_costs_groups_read": "who made a private channel is not known, so only admins set its default team",
    "slack_costs_im_read": "direct messages cannot be looked up by their ids",
    "slack_costs_mpim_read": "group messages cannot be looked up by their ids",
    "slack_costs_files_read": "files that people attach are not read",
    "slack_costs_files_write": (
        "files that code wrote, and texts too long for messages, are not shown; "
        "code too long for a card cannot be approved"
    ),
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
    "slack_gone_uninstalled": "the bot is not installed in the workspace any more",
    "slack_gone_sealed": "the workspace's token can no longer be opened, because the secret key was changed",
    "slack_file_external": "{name} was not read: it lies outside of Slack. Attach the file itself.",
    "slack_run_here_unreadable": "The bot cannot read that message. Invite it to the channel, then try again.",
    "slack_ask_empty": "Write what the team is to do: `ask TEXT`, or `ask --team TEAM TEXT`.",
    "slack_not_here": "The bot cannot write here. Invite it to this channel with `/invite`, then ask again.",
    "slack_unknown": "There is no command `{words}`.",
    "slack_help": (
        "Mention the bot in a channel, or write to it directly, and the thread is the conversation: replies answer the "
        "agents. `@bot coder: TEXT` picks a team. `@bot stop` in a thread ends its run, `@bot mute` silences "
        "the bot there. The menu of any message has the shortcut `Run a team on this`.\n"
        "`{command} ask TEXT` begins a run in this channel; `ask --team TEAM TEXT` with that team.\n"
        "`{command} teams` lists the teams. `{command} status` lists your conversations.\n"
        "`{command} models` says how the model hosts are. `{command} pull MODEL` has a model pulled, for operators.\n"
        "`{command} stop` stops your runs in this channel. `{command} mute` silences the bot in your threads here.\n"
        "`{command} forget` deletes the conversations that you began in this channel.\n"
        "`{command} default TEAM` sets this channel's team, `default --workspace TEAM` the workspace's."
    ),
    "slack_default_set_all": "New conversations of the workspace get the team `{team}`, unless the channel has one.",
    "slack_default_denied": "Only who made this channel, or an administrator of the workspace, can set its team.",
    "slack_default_denied_all": "Only an administrator of the workspace can set its team.",
}
