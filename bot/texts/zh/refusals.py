"""The Chinese sentences for those who may not do something, and for words that decide nothing."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "denied_start": "你不能在这里启动任务。可以这样做的有：{who}。",
    "denied_answer": "你不能在这里回答。可以这样做的有：{who}。",
    "denied_approve": "这不能由你决定。可以决定的有：{who}。",
    "denied_four_eyes": "这个任务由你启动，所以运行什么要由别人决定。可以决定的有：{who}。",
    "denied_stop": "你不能在这里停止任务或让机器人静音。可以这样做的有：{who}。",
    "denied_default": "你不能在这里启动该团队的任务，所以也不能把它设为这里的团队。",
    "denied_kept": "{names} 在此期间所说的话不会启动新任务：说话的人不能在这里启动任务。",
    "kept_again": "{names} 在此期间所说的话保留得太久，没有使用：如果你是凭群组或身份组获准的，请再说一次。",
    "choose_unsent": "这是在选项显示之前说的。请看过选项后再选择。",
    "change_broken": "修改后的内容含有不完整的字符，无法运行。请写下要运行的内容，或拒绝。",
    "change_four_eyes": "这里需要两个人决定，所以显示的内容只能原样批准或拒绝。请拒绝它，并说明要改什么。",
    "approve_quoted": "引用或转发的话不能作出决定。请单独发一条消息：“批准”或“拒绝 理由”。",
    "approve_quoted_kept": "引用或转发的话不能作出决定：请输入“批准”或“拒绝 理由”。你的消息会留给下一个问题。",
    "approve_changed": "修改过的消息不能作出决定。请发一条新消息：“批准”或“拒绝 理由”。",
    "who_starter": "启动任务的人",
    "who_everyone": "工作区成员（不含访客和其他组织的人）",
    "who_guests": "访客",
    "who_externals": "其他组织的人",
    "who_people": "设置中列出的人（{count} 位）",
    "who_groups": "设置中列出的群组或身份组的成员（{count} 个）",
    "who_nobody": "没有人",
    "who_join": "、",
}
