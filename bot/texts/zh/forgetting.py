"""The Chinese sentences about deleting what people began."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "chat_forget_asks": (
        "你在这里发起的对话：{count} 个。它们将被永久删除，包括任何人在其中说过的话、文件和结果；"
        "仍在进行的任务会被终止。\n"
        "消息列中已有的消息会留在那里，直到在那里被删除。审计日志会保留谁在何时做了什么，但不含任何内容。"
    ),
    "chat_forget_button": "永久删除",
    "chat_forget_nothing": "这里没有由你发起的对话。",
    "chat_forget_begun": "正在删除：{count} 个，需要几秒钟。",
    "discord_command_forget": "忘记",
    "discord_command_forget_does": "删除你在这里发起的对话",
}
