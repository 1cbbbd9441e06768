"""The Chinese sentences about what an approval's card shows beside the bytes that would run."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "card_box": "最多 {limits}，无网络",
    "card_seconds": "{count} 秒",
    "card_memory": "{size} 内存",
    "card_files": "文件：{names}",
    "card_join": "、",
    "card_more": "另有 {count} 个",
    "card_proposed": "原提议：sha256 {digest}",
    "card_mixed": "同一个词中混有多种字母：{words}",
    "card_attached": "全部内容在文件 `{name}` 中，sha256 `{sha256}`。",
    "card_attached_begins": "全部内容在文件 `{name}` 中，sha256 `{sha256}`。开头如下：",
    "card_unseen": "既未显示也未附上，sha256 `{sha256}`。看不到的内容，谁都不能批准。",
    "card_unseen_begins": "既未完整显示也未附上，sha256 `{sha256}`。看不到的内容，谁都不能批准。开头如下：",
    "card_covers_run_code": "批准后，本任务的所有代码都可运行，包括之后写的代码。",
    "card_covers_run_tool": "批准后，本任务对此工具的所有调用都可运行，不论参数。",
    "card_covers_same": "批准后，本任务中完全相同的内容可再次运行。",
    "card_starter_decides": "只有启动任务的人可以决定。",
    "card_who_decides": "可以决定的有：{who}。",
    "card_who_decides_others": "可以决定的有：{who}；启动任务的人除外。",
    "card_who_decides_named": "可以决定的有：{who}；其中只限 {named}。",
    "card_who_decides_named_others": "可以决定的有：{who}；其中只限 {named}，启动任务的人除外。",
    "card_starter": "启动任务的人",
    "card_everyone": "工作区成员",
    "card_guests": "访客",
    "card_externals": "其他组织的人",
    "card_nobody": "没有人",
    "card_open_until": "有效至 {when}。{who}",
    "card_form_hidden": "其中有看不见的字符：{chars}。没有作出任何决定。请删除它们，或按这种写法写出。",
}
