"""The Chinese sentences of Slack."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "slack_form_run_send": "运行",
    "slack_form_cancel": "取消",
    "slack_form_message": "消息：",
    "slack_form_edit_send": "运行这段代码",
    "slack_home": "对话",
    "slack_home_open": "打开",
    "slack_costs_app_mentions_read": "提及机器人不会开始任何任务",
    "slack_costs_channels_history": "在公开频道里听不到消息列中的回复，也读不到之前的消息",
    "slack_costs_groups_history": "在私密频道里听不到消息列中的回复，也读不到之前的消息",
    "slack_costs_im_history": "听不到私信",
    "slack_costs_mpim_history": "在群组私信里听不到回复，也读不到之前的消息",
    "slack_costs_chat_write": "机器人什么也说不了",
    "slack_costs_chat_write_customize": "智能体以机器人的名字发言，自己的名字用粗体显示",
    "slack_costs_assistant_write": "没有智能体视图：没有建议的提示、状态和 Slack 的停止按钮",
    "slack_costs_commands": "没有斜杠命令，也没有消息快捷方式",
    "slack_costs_users_read": (
        "无法确认谁不是访客，因此只有权限规则里用 ID 指明的人才能操作；"
        "只能用 ID 称呼用户，不知道他们的语言，也不知道谁是管理员"
    ),
    "slack_costs_usergroups_read": "权限规则里指明的用户组成员不会被放行",
    "slack_costs_im_write": "消息列消失时，无法私信通知发起人",
    "slack_costs_channels_read": "不知道公开频道是谁创建的，因此只有管理员能设置它的默认团队",
    "slack_costs_groups_read": "不知道私密频道是谁创建的，因此只有管理员能设置它的默认团队",
    "slack_costs_im_read": "无法按 ID 查询私信",
    "slack_costs_mpim_read": "无法按 ID 查询群组私信",
    "slack_costs_files_read": "不会读取用户附上的文件",
    "slack_costs_files_write": "不会显示代码写出的文件，以及太长而放不进消息的文本；卡片放不下的代码无法批准",
    "slack_costs_reactions_write": "留待以后使用的消息不会被标记为已看到",
    "slack_manifest_description": "在消息列里与一个智能体团队商量事情。",
    "slack_manifest_agent": "一个智能体团队在你的消息列里工作，需要你时会问你。",
    "slack_manifest_command": "请团队做事，并查看它的任务",
    "slack_manifest_shortcut": "让团队处理这条消息",
    "slack_manifest_shortcut_does": "在这条消息的消息列里开始一个任务",
    "slack_manifest_prompt_1": "解释一件事",
    "slack_manifest_prompt_1_says": "请用五句话解释公钥加密是怎么工作的。",
    "slack_manifest_prompt_2": "编写并运行一个程序",
    "slack_manifest_prompt_2_says": "coder：编写一个输出 30 以内质数的 Python 程序，然后运行它",
    "slack_manifest_prompt_3": "权衡一个决定",
    "slack_manifest_prompt_3_says": "panel：五个人的团队适合用哪种数据库？需要知道什么就问我。",
    "slack_gone_channel": "频道已不存在，或机器人已看不到它",
    "slack_gone_archived": "频道已归档",
    "slack_gone_kicked": "机器人已不在该频道中",
    "slack_gone_denied": "工作区不允许机器人在那里发言",
    "slack_gone_thread": "消息列已被删除或锁定",
    "slack_gone_token": "Slack 不再接受机器人的令牌",
    "slack_told_directly": "以下内容本应显示在 {channel} 中 {when} 的消息列里，但那里已无法显示：",
    "slack_gone_uninstalled": "机器人已不再安装在该工作区",
    "slack_gone_sealed": "密钥已更换，无法再打开该工作区的令牌",
    "slack_file_external": "未读取 {name}：它不在 Slack 上。请直接附上文件。",
    "slack_run_here_unreadable": "机器人无法读取那条消息。请把它邀请进频道，然后再次使用快捷方式。",
    "slack_ask_empty": "请写明团队要做什么：`ask 内容`，或 `ask --team 团队 内容`。",
    "slack_not_here": "机器人无法在此发言。请用 `/invite` 邀请它进入此频道，然后再提问。",
    "slack_unknown": "没有命令 `{words}`。",
    "slack_help": (
        "在频道中提及机器人，或直接给它发消息，消息列就是对话：回复即回答智能体。"
        "`@机器人 coder: 内容` 选择团队。在消息列中，`@机器人 stop` 停止那里的任务，"
        "`@机器人 mute` 让机器人在那里保持安静。每条消息的菜单里都有快捷方式“让团队处理这条消息”。\n"
        "`{command} ask 内容` 在此频道开始一个任务；`ask --team 团队 内容` 使用该团队。\n"
        "`{command} teams` 列出团队。`{command} status` 列出你的对话。\n"
        "`{command} models` 说明模型主机的状态。`{command} pull 模型` 拉取模型，供运维人员使用。\n"
        "`{command} stop` 停止你在此频道的任务。`{command} mute` 让机器人在你此处的消息列中保持安静。\n"
        "`{command} forget` 删除你在此频道发起的对话。\n"
        "`{command} default 团队` 设定此频道的团队，`default --workspace 团队` 设定工作区的团队。"
    ),
    "slack_default_set_all": "此工作区的新对话使用团队 `{team}`，频道另有设定者除外。",
    "slack_default_denied": "只有创建此频道的人或工作区管理员可以设定它的团队。",
    "slack_default_denied_all": "只有工作区管理员可以设定它的团队。",
}
