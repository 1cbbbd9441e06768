"""The Chinese sentences of the terminal."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "console_ran": "运行了 {title}",
    "console_ran_failed": "运行了 {title}，失败",
    "console_called": "调用了 {title}({source})",
    "console_called_failed": "调用了 {title}({source})，失败",
    "console_file": "文件：{name}（{size} 字节）",
    "console_files": "可以保存这些文件：threadfast runs {run} --files FOLDER",
    "console_folded": "这里折叠了 {count} 个发言；用 `threadfast runs ID` 查看。",
    "console_item_code": "代码，{title}",
    "console_item_tool": "工具，{title}",
    "console_choice_1": "批准",
    "console_choice_2": "拒绝",
    "console_choice_3": "拒绝并说明原因：`3 原因`",
    "console_no_choice": "没有选项 {text}。选项：1、2，或“3 原因”。",
    "console_no_reason": "请同时说明原因：“3 原因”。",
    "console_cut": "（达到长度上限，被截断）",
    "console_others": "这个进程也会完成其他对话中未完成的工作：{threads}",
    "console_other_team": "未结束的任务继续由团队 {open} 进行；下一个任务由团队 {team} 进行。",
    "console_store_full": "磁盘已满，无法记录。请腾出空间，之后会自动继续。",
    "console_store_room": "磁盘又有空间了，继续进行。",
    "console_help": (
        "输入要让团队做的事，或对其问题的回答。\n"
        "/stop 结束运行，/teams 列出团队，/models 说明模型主机的状态，/help 显示本说明。\n"
        "有问题时：“退出”结束这段对话；空行的作用以问题中的说明为准。\n"
        "Ctrl-C 停止运行，Ctrl-D 离开；对话会被保存。"
    ),
    "console_unknown": "没有命令 {text}。命令：/stop、/teams、/models、/help。",
    "console_saved": "对话已保存。继续对话：{command} --thread {thread}",
    "console_saved_working": "运行尚未结束；继续对话时会从原处继续。",
    "console_left_over": "没有问题用到的回答：{answers}",
    "console_kept": "已保留：用于回答下一个问题，或开始下一次运行。",
    "console_welcome": "团队 {team}，对话 {thread}。输入 /help 查看可用操作。",
    "console_continued": "对话 {thread}，继续（团队 {team}）。输入 /help 查看可用操作。",
    "console_you": "你",
    "console_to": "回答 {agent}",
    "console_no_words": "没有输入内容，因此没有开始任何运行。",
    "stage_fetching": "正在下载内置模型，{percent} %",
    "stage_loading": "正在加载内置模型",
}
