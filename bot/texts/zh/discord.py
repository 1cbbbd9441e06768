"""The Chinese sentences of Discord."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "discord_command_ask": "提问",
    "discord_command_ask_does": "向一个团队提问，回答在一个子区里",
    "discord_command_teams": "团队",
    "discord_command_teams_does": "列出各个团队",
    "discord_command_status": "状态",
    "discord_command_status_does": "列出你的对话",
    "discord_command_stop": "停止",
    "discord_command_stop_does": "停止这个子区的运行，或你在这个频道里的运行",
    "discord_command_mute": "静音",
    "discord_command_mute_does": "让机器人在这里保持安静，直到再次被提及",
    "discord_command_default": "默认",
    "discord_command_default_does": "查看或设置新对话的团队",
    "discord_command_help": "帮助",
    "discord_command_help_does": "说明这里能做什么",
    "discord_command_models": "模型",
    "discord_command_models_does": "说明模型主机的状态",
    "discord_command_pull": "拉取",
    "discord_command_pull_does": "让模型主机拉取一个模型，供运维人员使用",
    "discord_option_model": "模型",
    "discord_option_model_does": "模型的名字，例如 qwen2:7b",
    "discord_command_run_here": "让团队处理这条消息",
    "discord_option_prompt": "内容",
    "discord_option_prompt_does": "要团队做什么",
    "discord_option_team": "团队",
    "discord_option_team_does": "哪个团队；不填就用默认的",
    "discord_option_file": "文件",
    "discord_option_file_does": "团队可以读取的文件",
    "discord_option_default_does": "这个频道里新对话使用的团队",
    "discord_option_everywhere": "整个服务器",
    "discord_option_everywhere_does": "用于整个服务器，而不只是这个频道",
    "discord_not_recorded": "这一步刚才没能记录下来。请稍后再试一次。",
    "discord_costs_view_channel": "机器人看不到任何频道",
    "discord_costs_send_messages": "机器人什么也不能说",
    "discord_costs_send_messages_in_threads": "机器人在子区里什么也不能说",
    "discord_costs_create_public_threads": "提及和 /ask 无法开启子区",
    "discord_costs_read_message_history": "读不到之前说过的话，以及机器人不在时说的话",
    "discord_costs_attach_files": "代码写出的文件和过长的文字无法显示；卡片放不下的代码无法批准",
    "discord_costs_add_reactions": "留待稍后的消息不会标为已看到",
    "discord_costs_manage_webhooks": "各个智能体以机器人的名义发言，自己的名字以粗体显示",
    "discord_gone_place": "该子区或它所在的频道已被删除",
    "discord_gone_access": "机器人已不在该服务器中，或看不到该频道",
    "discord_gone_permission": "机器人在那里没有“{permission}”权限",
    "discord_gone_locked": "该子区已被锁定",
    "discord_gone_archived": "该子区已关闭，而机器人无权重新打开它",
    "discord_gone_direct": "对方不接收机器人的私信",
    "discord_gone_token": "Discord 不再接受机器人的令牌",
    "discord_told_directly": "这条消息本应显示在 {channel} 中 {when} 的子区里，但那里已无法显示：",
    "discord_files_left_out": "Discord 在这里没有接收这些文件，因此没有显示：{names}",
    "discord_writing": "正在写",
    "discord_waiting": "等待中",
    "discord_attached": (
        "其中含有会结束消息中代码块的符号，因此不在此显示：{count} 个字符，{lines} 行。"
        "全部内容在文件 `{name}` 中，sha256 `{sha256}`。"
    ),
    "discord_attached_begins": (
        "其中含有会结束消息中代码块的符号，因此不在此显示：{count} 个字符，{lines} 行。"
        "全部内容在文件 `{name}` 中，sha256 `{sha256}`。开头如下："
    ),
    "discord_file_too_large": "{name} 未显示：它有 {size} MB，而 Discord 最多接受 {most} MB。",
    "discord_file_empty": "{name} 是空文件。",
    "discord_no_thread": "无法在此创建子区，因此没有开始任何任务：{reason}。",
    "discord_refused_kind": "Discord 不允许在这类频道中这样做",
    "discord_refused_threads": "此服务器中开着的子区已达到 Discord 的上限",
    "discord_refused_code": "Discord 拒绝了它，代码 {code}",
    "discord_listed_none": "还没有对话。请在频道中提及机器人，使用 /提问（/ask），或直接给它发私信。",
    "discord_ask_empty": "请写明团队要做什么。",
    "discord_ask_in_direct": "机器人不在这里，因此会在你的私信中回答：{link}",
    "discord_no_direct": "机器人无法给你发私信，也不在这里。请允许私信，或在有这个机器人的服务器中使用。",
    "discord_run_on_begun": "团队正在这条消息的子区中工作。",
    "discord_run_on_unreadable": (
        "机器人无法读取那条消息。它在那里需要“查看频道”（View Channel）和“读取消息历史”（Read Message History）权限。"
    ),
    "discord_run_on_not_yours": "你无权查看此频道的消息历史，因此不会替你读取。",
    "discord_default_set_all": "此服务器的新对话使用团队 `{team}`，频道另有设定者除外。",
    "discord_default_denied": "只有管理此频道或此服务器的人可以设定它的团队。",
    "discord_default_denied_all": "只有管理此服务器的人可以设定它的团队。",
    "discord_help": (
        "在频道中提及机器人，就会为这段对话创建子区；在子区、论坛帖子或私信中，对话就在原处继续。"
        "回复即回答智能体，无需再提及。`@机器人 coder: 内容` 选择团队。"
        "在子区中，`@机器人 stop` 停止那里的任务，`@机器人 mute` 让机器人在那里保持安静。\n"
        "`/提问`（`/ask`）在自己的子区中开始一个任务，可以选择团队并附上文件。"
        "每条消息的“应用”菜单里都有“让团队处理这条消息”。\n"
        "`/团队`（`/teams`）列出团队。`/状态`（`/status`）列出你的对话。\n"
        "`/模型`（`/models`）说明模型主机的状态。`/拉取`（`/pull`）拉取模型，供运维人员使用。\n"
        "`/停止`（`/stop`）和 `/静音`（`/mute`）作用于所在的子区；在频道中则作用于你在那里的子区。\n"
        "`/忘记`（`/forget`）删除你在那里发起的对话。\n"
        "`/默认`（`/default`）显示此频道的团队，也可以设定它。"
    ),
}
