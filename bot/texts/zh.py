"""The Chinese sentences."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "demo_model": "演示模型",
    "speaker_fallback": "没有指定下一位发言者；按顺序由 {agent} 发言。",
    "history_trimmed": "对话历史超出了模型的上下文长度：最早的消息已被省略。",
    "interrupted": "因重启而中断；可能已经部分执行",
}
