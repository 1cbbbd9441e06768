"""The Chinese sentences about models: what a call waits for."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "call_queued": "正在等待 {model}，排在第 {place} 位。",
    "call_queued_next": "正在等待 {model}，下一个就轮到你。",
    "call_queued_somewhere": "正在等待 {model}。",
    "call_loading": "正在把 {model} 载入内存。",
    "call_asked": "{model} 已收到请求。",
    "call_again": "回答中断了，正在重新向 {model} 提问。",
    "call_takes": "{state}{time}",
    "call_seconds": "大约还需 {count} 秒。",
    "call_minute": "大约还需 1 分钟。",
    "call_minutes": "大约还需 {count} 分钟。",
    "call_hour": "大约还需 1 小时。",
    "call_hours": "大约还需 {count} 小时。",
    "history_compacting": "之前的对话已超出模型的上下文长度，正在为它写摘要。",
    "history_compacted": (
        "之前的对话已超出模型的上下文长度：较早的消息现在以摘要形式提供给各个智能体。"
        "任务、你说的话以及最新的消息保持原样。"
    ),
    "history_not_compacted": "之前的对话已超出模型的上下文长度，而模型没有给出摘要：最早的消息已被省略。",
    "history_cut": "有一条消息超出了模型的上下文长度：它的中间部分已被省略。",
    "context_too_small": (
        "仅指令和任务就已超出 {model} 的上下文长度，那里大约只能容纳 {tokens} 个 token。"
        "请换用上下文更大的模型，或缩短消息。"
    ),
    "call_queue_full": "已有 {count} 个请求在等待模型 {model}，不能再多了。请稍后再试。",
    "no_model_host": "没有模型主机应答：{hosts}。",
    "model_missing": "没有模型主机拥有模型 {model!r}：{host}。",
    "model_missing_there": "模型主机 {host} 上没有模型 {model!r}。请在那里拉取它，或改用那里已有的模型。",
    "waits_for_host": "运行会一直等到有模型主机恢复，然后继续：{error}",
    "models_named": "{url} 上的 {name}",
    "models_fallback": "没有应答的主机有模型 {model}，改由 {other} 回答",
    "models_context": (
        "{url} 的内存中有 {model}，上下文为 {there} 个 token，而 Threadfast 要求 {ours} 个：下一次请求会重新载入它"
    ),
    "models_cloud": "模型 {model} 不在 {url} 上运行，而是在云端，因此被拒绝",
}
